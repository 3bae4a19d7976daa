-- Lock, open, publish or withdraw a plan.
-- params: plan, what, note
-- grain: one plan
SELECT plan_turn(CAST(:plan AS integer), :what, :note) AS status
