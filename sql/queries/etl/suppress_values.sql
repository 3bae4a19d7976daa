-- The cuts' values among the scores of a year, the whole first.
-- params: first, last
-- grain: one cut and value
SELECT cut, value
FROM score_rollup
WHERE last_pub = 2147483647 AND period IN ('d', 'w', 'm', 'q', 'y')  -- all there are: the index begins with them
  AND start BETWEEN CAST(:first AS date) AND CAST(:last AS date)
GROUP BY cut, value
ORDER BY cut <> 'all', cut, value
