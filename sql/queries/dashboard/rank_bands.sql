-- An area's anonymous place among its siblings for the headline outcomes of a period whose score may be shown.
-- params: p, area, period, start
-- grain: one indicator
SELECT b.indicator_id, b.band, b.bands, b.siblings
FROM rank_band b
JOIN score_shown r ON r.area_id = b.area_id AND r.indicator_id = b.indicator_id AND r.period = b.period AND r.start = b.start
    AND r.cut = 'all' AND r.value = '' AND r.hidden IS NULL AND r.first_pub <= :p AND r.last_pub > :p
WHERE b.area_id = :area AND b.period = :period AND b.start = CAST(:start AS date) AND b.first_pub <= :p AND b.last_pub > :p
