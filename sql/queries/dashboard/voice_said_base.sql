-- How many own customers put their score for an indicator into words, in an area and days, by score band and topic.
-- params: area, indicator, first_day, last_day, low_to, high_from (scores 0-100, up to low_to is low, from high_from high)
-- grain: one band and topic ('' over all topics)
WITH given AS (
    SELECT CASE WHEN s.score <= :low_to THEN 'low' WHEN s.score >= :high_from THEN 'high' ELSE 'middle' END AS band, s.tags
    FROM said_shown s
    JOIN area_closure c ON c.ancestor_id = :area AND c.descendant_id = s.area_id AND s.day >= c.valid_from AND s.day < c.valid_to
    WHERE s.indicator_id = :indicator AND s.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
)
SELECT band, '' AS topic, count(*) AS said FROM given GROUP BY band
UNION ALL
SELECT band, topic, count(*) FROM given CROSS JOIN LATERAL unnest(tags) AS topic GROUP BY band, topic
