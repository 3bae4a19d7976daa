-- Respondents and subscribers of the own brand by month, county and cell; a month without subscriber counts takes those of the
-- nearest month before it that has them, else of the first one after it.
-- params: county (level)
-- grain: one month, county, business and segment
WITH source AS MATERIALIZED (
    SELECT m.month, coalesce((SELECT max(month) FROM subscriber s WHERE s.month <= m.month),
                             (SELECT min(month) FROM subscriber s WHERE s.month > m.month)) AS counted_in
    FROM rollup_month m
),
cell AS (
    SELECT m.month, r.area_id, CAST(r.day AS date) AS day, r.business, r.segment, count(*) AS n, 0 AS subscribers
    FROM rollup_month m
    JOIN response r ON CAST(date_trunc('month', CAST(r.day AS timestamp)) AS date) = m.month
     AND r.day >= (SELECT min(month) FROM rollup_month)  -- partitions before and after are not even looked at
     AND r.day < (SELECT max(month) + 31 FROM rollup_month)
    JOIN brand b ON b.brand = r.brand AND b.own
    GROUP BY m.month, r.area_id, r.day, r.business, r.segment
    UNION ALL
    SELECT source.month, s.area_id, least(greatest(source.month, a.valid_from), a.valid_to - 1), s.business, s.segment, 0, s.subscribers
    FROM source JOIN subscriber s ON s.month = source.counted_in JOIN area a USING (area_id)
),
located AS (
    SELECT c.month, c.day, county.area_id AS county, county.path[2] AS city, county.path[3] AS province, c.business, c.segment,
           c.n, c.subscribers
    FROM cell c
    JOIN leaf_place l ON l.area_id = c.area_id AND c.day >= l.valid_from AND c.day < l.valid_to
    JOIN place_up u ON u.leaf_id = l.place_id AND u.level = :county
    JOIN place county ON county.place_id = u.place_id
),
stood AS (  -- a county that moved within the month is weighed once, under the city it came to
    SELECT DISTINCT ON (month, county) month, county, city, province FROM located ORDER BY month, county, day DESC
)
SELECT month, county, s.city, s.province, business, segment, CAST(sum(n) AS bigint) AS n, CAST(sum(subscribers) AS bigint) AS subscribers
FROM located JOIN stood s USING (month, county)
GROUP BY month, county, s.city, s.province, business, segment
ORDER BY month, county, business, segment
