-- The open alerts of a rule.
-- params: rule
-- grain: one episode
SELECT episode_id, area_id, indicator_id, subject, state, worst_s, acknowledged_at
FROM episode WHERE rule = :rule AND closed_at IS NULL
