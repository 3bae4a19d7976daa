-- Own customers who gave their overall verdict, with what was known of each a moment before: complaints and earlier perceptions of the
-- days before. Those of whom nothing was known are left out, like those who will be scored.
-- params: first_day, last_day, days, county (level), mobile, broadband (codes of the overall verdicts)
-- grain: one response
WITH asked AS MATERIALIZED (
    SELECT r.area_id, r.day, r.response_id, coalesce(r.answered_at, r.day + time '12:00') AS at, r.customer, r.business, r.segment,
           r.generation, a.score
    FROM response r
    JOIN brand b ON b.brand = r.brand AND b.own
    JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
    JOIN indicator i ON i.indicator_id = a.indicator_id
     AND i.code = CASE r.business WHEN 'broadband' THEN CAST(:broadband AS text) ELSE CAST(:mobile AS text) END
    WHERE r.customer IS NOT NULL AND r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND a.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
),
complained AS (
    SELECT k.response_id, count(*) AS complaints,
           count(*) FILTER (WHERE c.closed_at IS NULL OR c.closed_at > k.at) AS open,
           count(*) FILTER (WHERE c.due_at < least(coalesce(c.closed_at, k.at), k.at)) AS late,
           count(*) FILTER (WHERE c.resolved = false AND c.closed_at <= k.at) AS unresolved,
           min(c.rating) FILTER (WHERE c.closed_at <= k.at) AS rating,
           count(*) - count(DISTINCT c.topic2) AS repeats,
           extract(epoch FROM min(k.at - c.opened_at)) / 86400 AS days_since,
           (array_agg(c.topic1 ORDER BY c.opened_at DESC))[1] AS topic,
           (array_agg(c.channel ORDER BY c.opened_at DESC))[1] AS channel
    FROM asked k
    JOIN complaint c ON c.customer = k.customer AND c.opened_at < k.at AND c.day >= k.day - CAST(:days AS integer)
    WHERE c.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
    GROUP BY k.response_id
),
perceived AS (
    SELECT k.response_id, count(*) AS perceptions, avg(a.score) AS perceived, min(a.score) AS worst
    FROM asked k
    JOIN response r ON r.customer = k.customer AND r.response_id <> k.response_id AND r.day >= k.day - CAST(:days AS integer)
     AND coalesce(r.answered_at, r.day + time '12:00') < k.at
    JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
    JOIN indicator i ON i.indicator_id = a.indicator_id AND i.kind = 'perception'
    WHERE r.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
      AND a.day BETWEEN CAST(:first_day AS date) - CAST(:days AS integer) AND CAST(:last_day AS date)
    GROUP BY k.response_id
)
SELECT k.area_id, k.day, k.customer, k.business, k.segment, k.generation, k.score, area.urban, up.ancestor_id AS county,
       coalesce(c.complaints, 0) AS complaints, coalesce(c.open, 0) AS open, coalesce(c.late, 0) AS late,
       coalesce(c.unresolved, 0) AS unresolved, c.rating, coalesce(c.repeats, 0) AS repeats, c.days_since, c.topic, c.channel,
       coalesce(p.perceptions, 0) AS perceptions, p.perceived, p.worst
FROM asked k
LEFT JOIN complained c USING (response_id)
LEFT JOIN perceived p USING (response_id)
JOIN area ON area.area_id = k.area_id
LEFT JOIN LATERAL (
    SELECT u.ancestor_id FROM area_closure u JOIN area a ON a.area_id = u.ancestor_id AND a.level = :county
    WHERE u.descendant_id = k.area_id AND u.valid_from <= k.day AND k.day < u.valid_to LIMIT 1) up ON true
WHERE c.complaints > 0 OR p.perceptions > 0
ORDER BY k.day, k.response_id
