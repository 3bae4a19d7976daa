-- Every area with its latest parent; open dates are null.
-- params: none
-- grain: one area
SELECT a.area_id, a.code, a.level, a.kind, a.name_zh, a.name_en, a.lon, a.lat, p.parent_id,
       nullif(a.valid_from, '1900-01-01') AS valid_from,
       nullif(a.valid_to, 'infinity') AS valid_to
FROM area a
LEFT JOIN LATERAL (SELECT parent_id FROM area_parent WHERE area_id = a.area_id ORDER BY valid_from DESC LIMIT 1) p ON true
ORDER BY a.area_id
