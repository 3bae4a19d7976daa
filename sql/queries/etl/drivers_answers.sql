-- Each own customer's answers of a month, beside what this customer perceived in the days before: perceptions of the same answer
-- or of an earlier one of the same customer, the latest of each, and how the customer's own last complaint ended.
-- params: first_day, last_day, days, root, county (level)
-- grain: one response
WITH asked AS MATERIALIZED (
    SELECT r.area_id, r.day, r.response_id, r.answered_at, r.customer, r.mode, r.business, r.segment, r.generation,
           county.area_id AS county
    FROM response r
    JOIN brand b ON b.brand = r.brand AND b.own
    JOIN area_closure c ON c.descendant_id = r.area_id AND c.valid_from <= r.day AND r.day < c.valid_to
    JOIN area county ON county.area_id = c.ancestor_id AND county.level = :county
    WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND EXISTS (SELECT FROM area_closure up
                  WHERE up.ancestor_id = :root AND up.descendant_id = r.area_id AND up.valid_from <= r.day AND r.day < up.valid_to)
),
perceived AS (
    SELECT k.response_id, a.indicator_id, a.score, 0 AS age
    FROM asked k JOIN answer a ON (a.area_id, a.day, a.response_id) = (k.area_id, k.day, k.response_id)
    WHERE a.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
    UNION ALL
    SELECT k.response_id, a.indicator_id, a.score, k.day - r.day + 1
    FROM asked k
    JOIN response r ON r.customer = k.customer AND r.response_id <> k.response_id
     AND r.day BETWEEN k.day - CAST(:days AS integer) AND k.day AND (r.day < k.day OR r.answered_at < k.answered_at)
    JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
    JOIN indicator i ON i.indicator_id = a.indicator_id AND i.kind = 'perception'
    WHERE r.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
      AND a.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
),
complained AS (
    SELECT DISTINCT ON (k.response_id) k.response_id, c.resolved, c.closed_at, c.due_at, k.answered_at
    FROM asked k
    JOIN complaint c ON c.customer = k.customer AND c.opened_at < k.answered_at
     AND c.day BETWEEN k.day - CAST(:days AS integer) AND k.day
    WHERE c.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
    ORDER BY k.response_id, c.opened_at DESC
),
gathered AS (
    SELECT response_id, indicator_id, score, age FROM perceived
    UNION ALL
    SELECT c.response_id, i.indicator_id, CASE WHEN c.resolved THEN 100 ELSE 0 END, 0
    FROM complained c JOIN indicator i ON i.fact = 'complaint' AND i.numerator = 'resolved'
    WHERE c.resolved IS NOT NULL AND c.closed_at <= c.answered_at  -- what was not known yet has moved no answer
    UNION ALL
    SELECT c.response_id, i.indicator_id, CASE WHEN least(c.closed_at, c.answered_at) <= c.due_at THEN 100 ELSE 0 END, 0
    FROM complained c JOIN indicator i ON i.fact = 'complaint' AND i.numerator = 'closed_in_time'
    WHERE c.due_at IS NOT NULL AND (c.closed_at <= c.answered_at OR c.due_at < c.answered_at)
),
latest AS (
    SELECT DISTINCT ON (response_id, indicator_id) response_id, indicator_id, score
    FROM gathered ORDER BY response_id, indicator_id, age
)
SELECT k.county, k.mode, k.business, k.segment, k.generation,
       array_agg(l.indicator_id ORDER BY l.indicator_id) AS items, array_agg(l.score ORDER BY l.indicator_id) AS scores
FROM asked k JOIN latest l USING (response_id)
GROUP BY k.response_id, k.county, k.mode, k.business, k.segment, k.generation
