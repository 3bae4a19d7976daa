-- The days counted from the facts, as stretches without a gap.
-- params: none
-- grain: one stretch
SELECT min(day) AS first_day, max(day) AS last_day
FROM (SELECT day, day - CAST(row_number() OVER (ORDER BY day) AS integer) AS stretch FROM (SELECT DISTINCT day FROM span_day) d) numbered
GROUP BY stretch
ORDER BY 1
