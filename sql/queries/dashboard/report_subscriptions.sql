-- The subscriptions the reader may see, the own first.
-- params: none
-- grain: one subscription
SELECT s.subscription_id, a.code, a.name_zh, a.name_en, s.cadence, s.language, s.user_id, u.name AS user_name, u.email, s.addresses,
       m.name AS made_by, s.made_at, s.user_id = scope_user() AS mine
FROM report_subscription s
JOIN area a USING (area_id)
JOIN app_user m ON m.user_id = s.made_by
LEFT JOIN app_user u ON u.user_id = s.user_id
WHERE s.ended_at IS NULL
ORDER BY s.user_id = scope_user() DESC NULLS LAST, a.level, a.sort_key, s.cadence, s.subscription_id
