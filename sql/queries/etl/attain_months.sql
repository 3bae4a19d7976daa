-- How a plan's indicators go along its months.
-- params: plan
-- grain: one indicator and month
SELECT indicator_id, month, weight, season, ramp FROM plan_month WHERE plan_id = :plan ORDER BY indicator_id, month
