-- What the answers are cut by, as the tops of the trees have it.
-- params: cuts
-- grain: one cut and value
SELECT DISTINCT r.cut, r.value
FROM score_rollup r
WHERE r.period = 'm' AND r.cut = ANY(CAST(:cuts AS text[])) AND r.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = r.area_id)
ORDER BY r.cut, r.value
