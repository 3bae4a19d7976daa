-- Write down how deep sums are made.
-- params: none
-- grain: one period and cut
INSERT INTO rollup_made (period, cut, depth) SELECT period, cut, depth FROM rollup_plan
