-- How many areas of one level under an area have their survey data in, up to a day, by the publication.
-- params: p, area_id, level, day, oldest (their data may be this old)
-- grain: one row
SELECT count(*) AS areas, count(v.area_id) AS have
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id
LEFT JOIN coverage v ON v.publication_id = :p AND v.area_id = a.area_id AND v.fact = 'answer' AND v.data_to >= CAST(:oldest AS date)
WHERE c.ancestor_id = :area_id AND c.valid_from <= CAST(:day AS date) AND c.valid_to > CAST(:day AS date)
  AND a.level = :level AND a.kind <> 'unknown'
