-- One move of catchball.
-- params: plan, indicator, area, what, value, note
-- grain: one area and indicator
SELECT plan_move(CAST(:plan AS integer), CAST(:indicator AS integer), CAST(:area AS integer), :what, CAST(:value AS double precision), :note) AS state
