-- Say how deep a roll-up is kept.
-- params: period, cut, level
-- grain: one period and cut
INSERT INTO rollup_depth (period, cut, level) VALUES (:period, :cut, :level)
ON CONFLICT (period, cut) DO UPDATE SET level = excluded.level
