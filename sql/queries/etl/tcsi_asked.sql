-- Which businesses were asked the index's items in which years.
-- params: none
-- grain: one business and year
SELECT r.business, CAST(date_part('year', a.day) AS integer) AS year, count(DISTINCT a.response_id) AS n
FROM answer a JOIN response r ON (r.area_id, r.day, r.response_id) = (a.area_id, a.day, a.response_id)
WHERE a.indicator_id IN (SELECT indicator_id FROM indicator WHERE kind = 'item')
GROUP BY r.business, date_part('year', a.day)
ORDER BY 1, 2
