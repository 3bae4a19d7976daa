-- The rules in force.
-- params: none
-- grain: one rule
SELECT DISTINCT ON (rule) rule, version, kind, name_zh, name_en, indicators, levels, area_id, period, limits, owner, severity,
       recipients, escalate_days, review_due, enabled, valid_from, changed_by, note
FROM alert_rule
ORDER BY rule, version DESC
