-- How the periods' figures differ from the current rows: rows that are new, read differently or are no more (sums are equal to
-- rounding). Current rows are found by their period, so the history of others is not looked at.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO score_change (place, area_id, indicator_id, span_id, value_id, whole, old_n, old_sw, old_swx, n, sw, sw2, swx, swx2, counts)
WITH now AS (
    SELECT r.ctid AS place, r.area_id, r.indicator_id, s.span_id, v.value_id, r.cut, r.n, r.sw, r.sw2, r.swx, r.swx2, r.counts
    FROM rollup_span s
    JOIN score_rollup r ON r.period = s.period AND r.start = s.start AND r.last_pub = 2147483647
    LEFT JOIN rollup_value v ON v.cut = r.cut AND v.value = r.value
),
new AS (
    SELECT n.*, v.cut
    FROM score_new n
    JOIN rollup_span s USING (span_id)
    JOIN rollup_value v USING (value_id)
    JOIN rollup_plan plan ON plan.period = s.period AND plan.cut = v.cut
    JOIN area a ON a.area_id = n.area_id AND a.level <= plan.shown
)
SELECT now.place, coalesce(new.area_id, now.area_id), coalesce(new.indicator_id, now.indicator_id), coalesce(new.span_id, now.span_id),
       coalesce(new.value_id, now.value_id), coalesce(new.cut, now.cut) = 'all', now.n, now.sw, now.swx,
       new.n, new.sw, new.sw2, new.swx, new.swx2, new.counts
FROM new
FULL JOIN now ON (now.area_id, now.indicator_id, now.span_id, now.value_id) = (new.area_id, new.indicator_id, new.span_id, new.value_id)
WHERE (new.n = now.n AND new.counts = now.counts
  AND abs(now.sw - new.sw) <= 1e-12 * abs(new.sw) AND abs(now.sw2 - new.sw2) <= 1e-12 * abs(new.sw2)
  AND abs(now.swx - new.swx) <= 1e-12 * abs(new.swx) AND abs(now.swx2 - new.swx2) <= 1e-12 * abs(new.swx2)) IS NOT TRUE
