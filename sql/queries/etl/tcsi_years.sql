-- Which years of each business have indexes, and with which vintage.
-- params: none
-- grain: one business, year and vintage
SELECT business, CAST(date_part('year', start) AS integer) AS year, vintage_id
FROM tcsi_rollup WHERE period = 'y' AND last_pub = 2147483647
GROUP BY business, start, vintage_id
