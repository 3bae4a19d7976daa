-- End a subscription.
-- params: subscription_id
-- grain: at most one subscription
UPDATE report_subscription SET ended_at = now() WHERE subscription_id = :subscription_id AND ended_at IS NULL
