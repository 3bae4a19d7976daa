-- Up to which day each county's data of each kind had come.
-- params: p, county (level)
-- grain: one county and fact
INSERT INTO coverage (publication_id, area_id, fact, data_to)
WITH latest AS (
    SELECT f.fact, a.area_id, f.day
    FROM area a CROSS JOIN LATERAL (  -- each area's last day from the keys, the newest partitions first
        (SELECT 'answer' AS fact, day FROM response WHERE area_id = a.area_id ORDER BY day DESC LIMIT 1)
        UNION ALL (SELECT 'complaint', day FROM complaint WHERE area_id = a.area_id ORDER BY day DESC LIMIT 1)
        UNION ALL (SELECT 'process', day FROM process_reading WHERE area_id = a.area_id ORDER BY day DESC LIMIT 1)
    ) f
)
SELECT :p, county.area_id, f.fact, max(f.day)
FROM latest f
JOIN leaf_place l ON l.area_id = f.area_id AND f.day >= l.valid_from AND f.day < l.valid_to
JOIN place_up u ON u.leaf_id = l.place_id AND u.level = :county
JOIN place county ON county.place_id = u.place_id
GROUP BY county.area_id, f.fact
