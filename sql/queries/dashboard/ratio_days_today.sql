-- An area's sums of all ratios over spans of days (like-for-like parts of a running period), restated to today's tree.
-- params: p, area, firsts, lasts
-- grain: one indicator and span (numbered from 1)
SELECT r.indicator_id, s.span, sum(r.n) AS n, sum(r.numerator) AS numerator, sum(r.denominator) AS denominator
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY AS s (first, last, span)
JOIN (
    SELECT indicator_id, start, n, numerator, denominator FROM ratio_rollup
    WHERE area_id = :area AND period = 'd' AND cut = 'all' AND value = '' AND first_pub <= :p AND last_pub > :p
    UNION ALL
    SELECT indicator_id, start, n, numerator, denominator FROM ratio_shift
    WHERE area_id = :area AND period = 'd' AND cut = 'all' AND value = '' AND first_pub <= :p AND last_pub > :p
) r ON r.start BETWEEN s.first AND s.last
GROUP BY r.indicator_id, s.span
HAVING sum(r.n) > 0
