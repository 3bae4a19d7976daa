-- Where complaints are cut by what subscribers are not, the area's whole subscribers stand below each value somebody complained of:
-- the shift leads from those of the dated tree to those of today's, to none where today nobody in the area complained.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_shift_part (area_id, indicator_id, span_id, cut, value, n, numerator, denominator)
WITH one AS (
    SELECT area_id, indicator_id, span_id, cut, value, n, denominator, CAST(NULL AS double precision) AS shift FROM dated_rate
    UNION ALL
    SELECT area_id, indicator_id, span_id, cut, value, n, 0, NULL FROM ratio_shift_part
    WHERE cut NOT IN ('all', 'business', 'segment', 'urban')
      AND indicator_id IN (SELECT indicator_id FROM subscriber_shift)
    UNION ALL
    SELECT area_id, indicator_id, span_id, 'all', '', 0, 0, denominator FROM subscriber_shift
),
value AS (
    SELECT area_id, indicator_id, span_id, cut, value, sum(n) AS n, sum(denominator) AS denominator,
           -- the whole of the area and period, by a window and not by a join, which could turn into a product
           max(sum(denominator)) FILTER (WHERE cut = 'all') OVER span AS whole, max(sum(shift)) OVER span AS shift
    FROM one
    GROUP BY area_id, indicator_id, span_id, cut, value
    WINDOW span AS (PARTITION BY area_id, indicator_id, span_id)
)
SELECT area_id, indicator_id, span_id, cut, value, 0, 0, CASE WHEN n > 0 THEN coalesce(whole, 0) + shift ELSE 0 END - denominator
FROM value
WHERE shift IS NOT NULL AND cut NOT IN ('all', 'business', 'segment', 'urban')
