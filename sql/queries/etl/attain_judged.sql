-- The periods of a plan that were judged on an earlier publication.
-- params: plan
-- grain: one period
SELECT DISTINCT period, start FROM attainment WHERE plan_id = :plan AND last_pub = 2147483647
