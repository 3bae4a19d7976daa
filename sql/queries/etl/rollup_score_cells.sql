-- Sums of the answers by place, indicator and value for one kind of period, at the deepest level it is kept.
-- params: period, level
-- grain: one place, indicator, period and value
INSERT INTO score_cell (level, top, place_id, indicator_id, span_id, value_id, n, sw, sw2, swx, swx2,
                        c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10)
SELECT u.place_level, t.top, u.place_id, s.indicator_id, d.span_id, t.value_id,
       count(*), sum(s.w), sum(s.w * s.w), sum(s.w * s.x), sum(s.w * s.x * s.x),
       count(*) FILTER (WHERE s.raw = 0), count(*) FILTER (WHERE s.raw = 1), count(*) FILTER (WHERE s.raw = 2),
       count(*) FILTER (WHERE s.raw = 3), count(*) FILTER (WHERE s.raw = 4), count(*) FILTER (WHERE s.raw = 5),
       count(*) FILTER (WHERE s.raw = 6), count(*) FILTER (WHERE s.raw = 7), count(*) FILTER (WHERE s.raw = 8),
       count(*) FILTER (WHERE s.raw = 9), count(*) FILTER (WHERE s.raw = 10)
FROM scored s
JOIN profile_target t ON t.profile_id = s.profile_id AND t.period = :period AND t.level = :level
JOIN span_day d ON d.period = :period AND d.day = s.day
JOIN place_up u ON u.leaf_id = s.place_id AND u.level = :level AND u.place_level >= t.top
GROUP BY u.place_level, t.top, u.place_id, s.indicator_id, d.span_id, t.value_id
