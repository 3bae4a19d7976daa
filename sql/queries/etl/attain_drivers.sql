-- What of each process of a plan goes with its outcomes.
-- params: plan
-- grain: one outcome and process
SELECT outcome_id, process_id, slope, spread FROM plan_driver WHERE plan_id = :plan ORDER BY 1, 2
