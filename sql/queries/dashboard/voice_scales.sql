-- The scales indicators are answered on, as the feeds declare them.
-- params: none
-- grain: one indicator
SELECT asked.key AS code, array_agg(DISTINCT asked.value ->> 'scale') AS scales
FROM feed f
CROSS JOIN LATERAL jsonb_each(CASE jsonb_typeof(f.declaration -> 'answers') WHEN 'object' THEN f.declaration -> 'answers' ELSE '{}' END)
    AS asked (key, value)
WHERE jsonb_typeof(asked.value) = 'object' AND asked.value ? 'scale'
GROUP BY asked.key
