-- The values that only subscribers have.
-- params: none
-- grain: one cut and value
INSERT INTO rollup_value (value_id, cut, value)
SELECT (SELECT max(value_id) FROM rollup_value) + row_number() OVER (ORDER BY cut, value), cut, value
FROM (SELECT DISTINCT cut, value FROM subscriber_cell) seen
WHERE NOT EXISTS (SELECT FROM rollup_value v WHERE v.cut = seen.cut AND v.value = seen.value)
