-- An area's sums of all ratios over spans of days (like-for-like parts of a running period), as one publication holds them.
-- params: p, area, firsts, lasts
-- grain: one indicator and span (numbered from 1)
SELECT r.indicator_id, s.span, sum(r.n) AS n, sum(r.numerator) AS numerator, sum(r.denominator) AS denominator
FROM unnest(CAST(:firsts AS date[]), CAST(:lasts AS date[])) WITH ORDINALITY AS s (first, last, span)
JOIN ratio_rollup r ON r.start BETWEEN s.first AND s.last
WHERE r.area_id = :area AND r.period = 'd' AND r.cut = 'all' AND r.value = ''
  AND r.first_pub <= :p AND r.last_pub > :p
GROUP BY r.indicator_id, s.span
