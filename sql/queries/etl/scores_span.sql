-- The first and the last period of one length with answers in an area, under the latest publication.
-- params: area (code), period
-- grain: one row, empty when there is none
SELECT min(r.start) AS first, max(r.start) AS last
FROM score_rollup r JOIN area a USING (area_id)
WHERE a.code = :area AND r.period = :period AND r.cut = 'all'
  AND r.last_pub > (SELECT max(publication_id) FROM publication)
