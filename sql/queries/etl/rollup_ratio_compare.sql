-- How the periods' figures differ from the current rows: rows that are new, read differently or are no more (sums are equal to
-- rounding). Current rows are found by their period, so the history of others is not looked at.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_change (place, area_id, indicator_id, span_id, value_id, whole, old_n, old_numerator, old_denominator, n, numerator, denominator)
WITH now AS (
    SELECT r.ctid AS place, r.area_id, r.indicator_id, s.span_id, v.value_id, r.cut, r.n, r.numerator, r.denominator
    FROM rollup_span s
    JOIN ratio_rollup r ON r.period = s.period AND r.start = s.start AND r.last_pub = 2147483647
    LEFT JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
),
new AS (
    SELECT n.*, v.cut
    FROM ratio_new n
    JOIN rollup_span s USING (span_id)
    JOIN rollup_value v USING (value_id)
    JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = v.cut
    JOIN area a ON a.area_id = n.area_id AND a.level <= plan.shown
)
SELECT now.place, coalesce(new.area_id, now.area_id), coalesce(new.indicator_id, now.indicator_id), coalesce(new.span_id, now.span_id),
       coalesce(new.value_id, now.value_id), coalesce(new.cut, now.cut) = 'all', now.n, now.numerator, now.denominator,
       new.n, new.numerator, new.denominator
FROM new
FULL JOIN now ON (now.area_id, now.indicator_id, now.span_id, now.value_id) = (new.area_id, new.indicator_id, new.span_id, new.value_id)
WHERE (new.n = now.n AND abs(now.numerator - new.numerator) <= 1e-12 * abs(new.numerator)
  AND abs(now.denominator - new.denominator) <= 1e-12 * abs(new.denominator)) IS NOT TRUE
