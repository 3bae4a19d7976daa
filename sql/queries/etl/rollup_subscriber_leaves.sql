-- Subscribers of each leaf by value of the cuts that split them, in every month a period averages; a month without counts takes
-- those of the nearest month before it, else of the first one after it; each leaf stands where it stood on the month's first day, or
-- on the nearest day it lived.
-- params: none
-- grain: one leaf place, month, cut and value
INSERT INTO subscriber_cell (level, place_id, month, cut, value, subscribers)
WITH source AS MATERIALIZED (
    SELECT m.month, coalesce((SELECT max(month) FROM subscriber s WHERE s.month <= m.month),
                             (SELECT min(month) FROM subscriber s WHERE s.month > m.month)) AS counted_in
    FROM (SELECT DISTINCT month FROM span_month) m
)
SELECT p.level, l.place_id, source.month, field.cut, field.value, sum(s.subscribers)
FROM source
JOIN subscriber s ON s.month = source.counted_in
JOIN area a USING (area_id)
JOIN leaf_place l ON l.area_id = s.area_id AND least(greatest(source.month, a.valid_from), a.valid_to - 1) >= l.valid_from
 AND least(greatest(source.month, a.valid_from), a.valid_to - 1) < l.valid_to
JOIN place p USING (place_id)
CROSS JOIN LATERAL (VALUES ('all', ''), ('business', s.business), ('segment', s.segment),
    ('urban', CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END)) AS field (cut, value)
GROUP BY p.level, l.place_id, source.month, field.cut, field.value
