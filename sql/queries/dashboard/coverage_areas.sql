-- How far each fact's data reach in the areas of one level under an area, by the publication.
-- params: p, area_id, level, day
-- grain: one area (data_to per fact, null while none came)
SELECT a.area_id, a.code, a.name_zh, a.name_en, p.name_zh AS parent_zh, p.name_en AS parent_en,
       max(v.data_to) FILTER (WHERE v.fact = 'answer') AS answer,
       max(v.data_to) FILTER (WHERE v.fact = 'process') AS process,
       max(v.data_to) FILTER (WHERE v.fact = 'complaint') AS complaint
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id
LEFT JOIN area_parent ap ON ap.area_id = a.area_id AND ap.valid_from <= CAST(:day AS date) AND ap.valid_to > CAST(:day AS date)
LEFT JOIN area p ON p.area_id = ap.parent_id
LEFT JOIN coverage v ON v.publication_id = :p AND v.area_id = a.area_id
WHERE c.ancestor_id = :area_id AND c.valid_from <= CAST(:day AS date) AND c.valid_to > CAST(:day AS date)
  AND a.level = :level AND a.kind <> 'unknown'
GROUP BY a.area_id, p.area_id
ORDER BY a.sort_key, a.code
