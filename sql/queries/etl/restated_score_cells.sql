-- What the answers of shifted leaves add to the areas they count in today, and take from those they counted in then.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO score_shift_new (area_id, indicator_id, span_id, cut, value, n, sw, sw2, swx, swx2, counts)
WITH part AS (
    SELECT s.place_id, t.level AS depth, s.indicator_id, d.span_id, t.value_id,
           count(*) AS n, sum(s.w) AS sw, sum(s.w * s.w) AS sw2, sum(s.w * s.x) AS swx, sum(s.w * s.x * s.x) AS swx2,
           count(*) FILTER (WHERE s.raw = 0) AS c0, count(*) FILTER (WHERE s.raw = 1) AS c1,
           count(*) FILTER (WHERE s.raw = 2) AS c2, count(*) FILTER (WHERE s.raw = 3) AS c3,
           count(*) FILTER (WHERE s.raw = 4) AS c4, count(*) FILTER (WHERE s.raw = 5) AS c5,
           count(*) FILTER (WHERE s.raw = 6) AS c6, count(*) FILTER (WHERE s.raw = 7) AS c7,
           count(*) FILTER (WHERE s.raw = 8) AS c8, count(*) FILTER (WHERE s.raw = 9) AS c9,
           count(*) FILTER (WHERE s.raw = 10) AS c10
    FROM scored s
    JOIN (SELECT DISTINCT place_id, top FROM shift_node) m USING (place_id)
    JOIN profile_target t ON t.profile_id = s.profile_id AND t.level >= m.top
    JOIN span_day d ON d.period = t.period AND d.day = s.day
    GROUP BY s.place_id, t.level, s.indicator_id, d.span_id, t.value_id
)
SELECT u.node_id, p.indicator_id, p.span_id, v.cut, v.value, sum(p.n * u.sign),
       sum(p.sw * u.sign), sum(p.sw2 * u.sign), sum(p.swx * u.sign), sum(p.swx2 * u.sign),
       ARRAY[sum(c0 * u.sign), sum(c1 * u.sign), sum(c2 * u.sign), sum(c3 * u.sign), sum(c4 * u.sign), sum(c5 * u.sign),
             sum(c6 * u.sign), sum(c7 * u.sign), sum(c8 * u.sign), sum(c9 * u.sign), sum(c10 * u.sign)]
FROM part p
JOIN shift_node u ON u.place_id = p.place_id AND u.level <= p.depth
JOIN rollup_value v USING (value_id)
GROUP BY u.node_id, p.indicator_id, p.span_id, v.cut, v.value
