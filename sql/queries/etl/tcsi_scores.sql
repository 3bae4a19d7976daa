-- Sums of the respondents' scores 0-100 by area and month, and of each one's expectation minus perceived quality.
-- params: expectation, quality (constructs), difference (name of theirs)
-- grain: one area, business, construct and month
INSERT INTO tcsi_new (area_id, business, construct, period, start, n, sw, sw2, swx, swx2, vintage_id)
WITH part AS (
    SELECT t.response_id, t.business, t.month, t.place_id, t.weight, p.vintage_id, p.construct, p.least, p.needed,
           count(*) AS answered,
           sum(p.w * CASE WHEN p.reversed THEN p.high - t.raw ELSE t.raw - p.low END) / sum(p.w * (p.high - p.low)) * 100 AS x
    FROM tcsi_answer t JOIN tcsi_part p ON (p.business, p.year, p.indicator_id) = (t.business, t.year, t.indicator_id)
    GROUP BY t.response_id, t.business, t.month, t.place_id, t.weight, p.vintage_id, p.construct, p.least, p.needed
),
judged AS (
    SELECT *, count(*) FILTER (WHERE least > 0 AND answered >= least) OVER (PARTITION BY response_id, month) AS met FROM part
),
scored AS (
    SELECT response_id, business, month, place_id, weight, vintage_id, construct, x FROM judged WHERE met = needed
),
every AS (
    SELECT place_id, business, month, weight, vintage_id, construct, x FROM scored
    UNION ALL  -- grouped, not joined: no guess at the number of respondents can turn this into a product
    SELECT place_id, business, month, weight, vintage_id, CAST(:difference AS text),
           max(x) FILTER (WHERE construct = :expectation) - max(x) FILTER (WHERE construct = :quality)
    FROM scored
    GROUP BY response_id, place_id, business, month, weight, vintage_id
    HAVING count(*) FILTER (WHERE construct IN (:expectation, :quality)) = 2
),
leaf AS (
    SELECT place_id, business, construct, month, vintage_id, count(*) AS n, sum(weight) AS sw, sum(weight * weight) AS sw2,
           sum(weight * x) AS swx, sum(weight * x * x) AS swx2
    FROM every GROUP BY place_id, business, construct, month, vintage_id
)
SELECT up.area_id, l.business, l.construct, 'm', l.month, sum(l.n), sum(l.sw), sum(l.sw2), sum(l.swx), sum(l.swx2), l.vintage_id
FROM leaf l JOIN place p USING (place_id) CROSS JOIN LATERAL unnest(p.path) AS up (area_id)
GROUP BY up.area_id, l.business, l.construct, l.month, l.vintage_id
