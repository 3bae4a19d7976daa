-- Forget the weights of the months to be written afresh.
-- params: none
-- grain: one weight
DELETE FROM weight_cell WHERE month IN (SELECT month FROM rollup_month)
