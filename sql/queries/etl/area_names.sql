-- Codes and names of all areas that are no unknown members.
-- params: none
-- grain: one area
SELECT a.code, a.name_zh, a.name_en, NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = a.area_id) AS root
FROM area a
WHERE a.kind <> 'unknown'
ORDER BY a.level, a.sort_key, a.code
