-- What of each process goes with each outcome, as a plan took it.
-- params: plan
-- grain: one outcome and process
SELECT outcome_id, process_id, slope, low, high, spread, author FROM plan_driver WHERE plan_id = :plan ORDER BY 1, 2
