-- The values that only finer periods have that are not written afresh: what is anywhere is in the roots.
-- params: none
-- grain: one cut and value
INSERT INTO rollup_value (value_id, cut, value)
WITH root AS (SELECT DISTINCT path[cardinality(path)] AS area_id FROM place),
seen AS (
    SELECT r.cut, r.value
    FROM carried_span w CROSS JOIN root
    JOIN score_rollup r ON (r.period, r.start, r.cut, r.area_id) = (w.period, w.start, w.cut, root.area_id) AND r.last_pub = 2147483647
    UNION
    SELECT r.cut, r.value
    FROM carried_span w JOIN score_finer r ON (r.period, r.start, r.cut) = (w.period, w.start, w.cut)
    WHERE NOT EXISTS (SELECT FROM rollup_plan plan WHERE plan.period = w.period AND plan.cut = w.cut AND plan.shown >= 0)
)
SELECT (SELECT max(value_id) FROM rollup_value) + row_number() OVER (ORDER BY cut, value), cut, value
FROM seen
WHERE NOT EXISTS (SELECT FROM rollup_value v WHERE v.cut = seen.cut AND v.value = seen.value)
