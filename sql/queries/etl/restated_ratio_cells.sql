-- What the events and readings of shifted leaves add to the areas they count in today, and take from those they counted in then.
-- params: none
-- grain: one area, indicator, period and value
INSERT INTO ratio_shift_part (area_id, indicator_id, span_id, cut, value, n, numerator, denominator)
WITH part AS (
    SELECT s.place_id, t.level AS depth, s.indicator_id, d.span_id, t.value_id,
           sum(s.n) AS n, sum(s.numerator) AS numerator, sum(s.denominator) AS denominator
    FROM measured s
    JOIN (SELECT DISTINCT place_id, top FROM shift_node) m USING (place_id)
    JOIN profile_target t ON t.profile_id = s.profile_id AND t.level >= m.top
    JOIN span_day d ON d.period = t.period AND d.day = s.day
    GROUP BY s.place_id, t.level, s.indicator_id, d.span_id, t.value_id
)
SELECT u.node_id, p.indicator_id, p.span_id, v.cut, v.value,
       sum(p.n * u.sign), sum(p.numerator * u.sign), sum(p.denominator * u.sign)
FROM part p
JOIN shift_node u ON u.place_id = p.place_id AND u.level <= p.depth
JOIN rollup_value v USING (value_id)
GROUP BY u.node_id, p.indicator_id, p.span_id, v.cut, v.value
