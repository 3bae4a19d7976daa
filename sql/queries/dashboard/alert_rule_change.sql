-- A new version of a rule; what is null stays as it was.
-- params: rule, limits, severity, recipients, escalate_days, owner, review_due, enabled, because
-- grain: one row: the new version's number
SELECT change_rule(:rule, CAST(:limits AS jsonb), CAST(:severity AS integer), CAST(:recipients AS text[]),
                   CAST(:escalate_days AS integer), :owner, CAST(:review_due AS date), CAST(:enabled AS boolean), :because) AS version
