-- fail
-- zh: 每条数据的区域在当日必须存在于组织树中，且为网格级
-- en: the area of every fact stood in the tree on its day, as a grid
WITH asked AS (  -- the months of the publication; without one, all time: partitions of other months are not looked at
    SELECT m AS since, CAST(m + interval '1 month' AS date) AS until FROM unnest(CAST(:months AS date[])) AS m
    UNION ALL SELECT '-infinity', 'infinity' WHERE CAST(:months AS date[]) IS NULL
),
fact AS (
    SELECT f.fact, f.area_id, f.day
    FROM asked CROSS JOIN LATERAL (
        SELECT 'response' AS fact, area_id, day FROM response WHERE day >= asked.since AND day < asked.until
        UNION SELECT 'complaint', area_id, day FROM complaint WHERE day >= asked.since AND day < asked.until
        UNION SELECT 'process_reading', area_id, day FROM process_reading WHERE day >= asked.since AND day < asked.until
    ) f
)
SELECT f.fact, f.area_id, f.day
FROM fact f
WHERE NOT EXISTS (
    SELECT FROM area_closure up
    JOIN area leaf ON leaf.area_id = up.descendant_id AND leaf.level = 4
    JOIN area root ON root.area_id = up.ancestor_id
    WHERE up.descendant_id = f.area_id AND f.day >= up.valid_from AND f.day < up.valid_to
      AND NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = root.area_id)
)
