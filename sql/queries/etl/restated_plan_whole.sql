-- Every period is counted from the facts: there are few.
-- params: none
-- grain: one period and cut
UPDATE rollup_plan SET coarse_to = -1, depth = shown
