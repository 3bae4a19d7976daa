-- Survey sums of an area's own node and, when asked, its children, for one period under one publication.
-- params: area (code), period, start, publication, children
-- grain: one area and indicator
SELECT a.code AS area, a.name_zh, a.name_en, i.code AS indicator, i.name_zh AS indicator_zh, i.name_en AS indicator_en,
       r.n, coalesce(r.sw, 0) AS sw, coalesce(r.sw2, 0) AS sw2, coalesce(r.swx, 0) AS swx, coalesce(r.swx2, 0) AS swx2, r.hidden
FROM score_public r
JOIN area a USING (area_id)
JOIN indicator i USING (indicator_id)
WHERE r.period = :period AND r.start = :start AND r.cut = 'all'
  AND r.first_pub <= :publication AND r.last_pub > :publication
  AND r.area_id IN (
      SELECT c.descendant_id FROM area_closure c JOIN area top ON top.area_id = c.ancestor_id
      WHERE top.code = :area AND c.depth <= CASE WHEN :children THEN 1 ELSE 0 END
        AND c.valid_from <= CAST(:start AS date) AND CAST(:start AS date) < c.valid_to)
ORDER BY a.level, a.sort_key, a.code, i.headline NULLS LAST, i.indicator_id
