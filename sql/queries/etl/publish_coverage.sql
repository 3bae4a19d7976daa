-- Up to which day each county's data of each kind had come.
-- params: p, county (level)
-- grain: one county and fact
INSERT INTO coverage (publication_id, area_id, fact, data_to)
WITH latest AS (
    SELECT 'answer' AS fact, area_id, max(day) AS day FROM response GROUP BY area_id
    UNION ALL SELECT 'complaint', area_id, max(day) FROM complaint GROUP BY area_id
    UNION ALL SELECT 'process', area_id, max(day) FROM process_reading GROUP BY area_id
)
SELECT :p, county.area_id, f.fact, max(f.day)
FROM latest f
JOIN leaf_place l ON l.area_id = f.area_id AND f.day >= l.valid_from AND f.day < l.valid_to
JOIN place_up u ON u.leaf_id = l.place_id AND u.level = :county
JOIN place county ON county.place_id = u.place_id
GROUP BY county.area_id, f.fact
