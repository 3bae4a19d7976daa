-- Customers who complained or told a perception of late and gave no overall verdict within a year, each with what is known today.
-- params: day (today's last day of data), days, county (level), mobile, broadband (codes of the overall verdicts)
-- grain: one customer and business
WITH moment AS (SELECT CAST(:day AS date) + 1 AS at, CAST(:day AS date) - CAST(:days AS integer) + 1 AS since),
complained AS (
    SELECT c.customer, c.business, count(*) AS complaints,
           count(*) FILTER (WHERE c.closed_at IS NULL OR c.closed_at > m.at) AS open,
           count(*) FILTER (WHERE c.due_at < least(coalesce(c.closed_at, m.at), m.at)) AS late,
           count(*) FILTER (WHERE c.resolved = false) AS unresolved,
           min(c.rating) AS rating, count(*) - count(DISTINCT c.topic2) AS repeats,
           extract(epoch FROM min(m.at - c.opened_at)) / 86400 AS days_since,
           (array_agg(c.topic1 ORDER BY c.opened_at DESC))[1] AS topic,
           (array_agg(c.channel ORDER BY c.opened_at DESC))[1] AS channel,
           (array_agg(c.segment ORDER BY c.opened_at DESC))[1] AS segment,
           (array_agg(c.generation ORDER BY c.opened_at DESC))[1] AS generation,
           (array_agg(c.area_id ORDER BY c.opened_at DESC))[1] AS area_id, max(c.day) AS day
    FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own CROSS JOIN moment m
    WHERE c.customer IS NOT NULL AND c.day BETWEEN CAST(:day AS date) - CAST(:days AS integer) + 1 AND CAST(:day AS date)
    GROUP BY c.customer, c.business
),
perceived AS (
    SELECT r.customer, r.business, count(*) AS perceptions, avg(a.score) AS perceived, min(a.score) AS worst,
           (array_agg(r.segment ORDER BY r.day DESC))[1] AS segment, (array_agg(r.generation ORDER BY r.day DESC))[1] AS generation,
           (array_agg(r.area_id ORDER BY r.day DESC))[1] AS area_id, max(r.day) AS day
    FROM response r JOIN brand b ON b.brand = r.brand AND b.own
    JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
    JOIN indicator i ON i.indicator_id = a.indicator_id AND i.kind = 'perception'
    WHERE r.customer IS NOT NULL AND r.day BETWEEN CAST(:day AS date) - CAST(:days AS integer) + 1 AND CAST(:day AS date)
      AND a.day BETWEEN CAST(:day AS date) - CAST(:days AS integer) + 1 AND CAST(:day AS date)
    GROUP BY r.customer, r.business
),
known AS (
    SELECT customer, business, coalesce(c.area_id, p.area_id) AS area_id, greatest(c.day, p.day) AS day,
           coalesce(c.segment, p.segment) AS segment, coalesce(c.generation, p.generation) AS generation,
           coalesce(c.complaints, 0) AS complaints, coalesce(c.open, 0) AS open, coalesce(c.late, 0) AS late,
           coalesce(c.unresolved, 0) AS unresolved, c.rating, coalesce(c.repeats, 0) AS repeats, c.days_since, c.topic, c.channel,
           coalesce(p.perceptions, 0) AS perceptions, p.perceived, p.worst
    FROM complained c FULL JOIN perceived p USING (customer, business)
)
SELECT k.*, area.urban, up.ancestor_id AS county
FROM known k
JOIN area ON area.area_id = k.area_id
LEFT JOIN LATERAL (
    SELECT u.ancestor_id FROM area_closure u JOIN area a ON a.area_id = u.ancestor_id AND a.level = :county
    WHERE u.descendant_id = k.area_id AND u.valid_from <= k.day AND k.day < u.valid_to LIMIT 1) up ON true
WHERE NOT EXISTS (
    SELECT FROM response r
    JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
    JOIN indicator i ON i.indicator_id = a.indicator_id AND i.code IN (:mobile, :broadband)
    WHERE r.customer = k.customer AND r.day > CAST(:day AS date) - 365 AND a.day > CAST(:day AS date) - 365)
ORDER BY k.customer, k.business
