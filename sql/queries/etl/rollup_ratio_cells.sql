-- Sums of readings and complaints by place, indicator and value for one kind of period, at the deepest level it is kept.
-- params: period, level
-- grain: one place, indicator, period and value
INSERT INTO ratio_cell (level, top, place_id, indicator_id, span_id, value_id, n, numerator, denominator)
SELECT u.place_level, t.top, u.place_id, s.indicator_id, d.span_id, t.value_id, sum(s.n), sum(s.numerator), sum(s.denominator)
FROM measured s
JOIN profile_target t ON t.profile_id = s.profile_id AND t.period = :period AND t.level = :level
JOIN span_day d ON d.period = :period AND d.day = s.day
JOIN place_up u ON u.leaf_id = s.place_id AND u.level = :level AND u.place_level >= t.top
GROUP BY u.place_level, t.top, u.place_id, s.indicator_id, d.span_id, t.value_id
