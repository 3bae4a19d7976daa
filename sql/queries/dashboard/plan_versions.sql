-- The versions of a plan, the newest first.
-- params: plan
-- grain: one version
SELECT version, by, at, note FROM plan_version WHERE plan_id = :plan ORDER BY version DESC
