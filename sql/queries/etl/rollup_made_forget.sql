-- Forget how deep sums were made.
-- params: none
-- grain: one period and cut
DELETE FROM rollup_made
