-- How far each fact's data reach under an area: in the named areas of one level, and with what is known to an upper level only.
-- params: p, area_id, level, day
-- grain: one fact with data (named is null where all of it is known to an upper level only)
SELECT v.fact, max(v.data_to) FILTER (WHERE a.kind <> 'unknown') AS named, max(v.data_to) AS reached
FROM area_closure c
JOIN area a ON a.area_id = c.descendant_id
JOIN coverage v ON v.publication_id = :p AND v.area_id = a.area_id
WHERE c.ancestor_id = :area_id AND c.valid_from <= CAST(:day AS date) AND c.valid_to > CAST(:day AS date)
  AND a.level = :level
GROUP BY v.fact
ORDER BY v.fact
