-- The closed periods of a plan.
-- params: plan
-- grain: one period
SELECT appraisal_id, period, start, publication_id, version, by, at FROM appraisal WHERE plan_id = :plan ORDER BY start DESC, period
