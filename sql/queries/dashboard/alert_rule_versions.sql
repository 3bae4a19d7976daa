-- How a rule was changed, the latest first.
-- params: rule
-- grain: one version
SELECT version, limits, severity, recipients, escalate_days, owner, review_due, enabled, valid_from, changed_by, note
FROM alert_rule
WHERE rule = :rule
ORDER BY version DESC
