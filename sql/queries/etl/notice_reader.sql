-- Where somebody is reached, and in which language.
-- params: user_id
-- grain: one person
SELECT u.login, u.name, u.email, u.language, coalesce(p.channel, 'mail') AS channel
FROM app_user u LEFT JOIN alert_preference p USING (user_id)
WHERE u.user_id = :user_id AND NOT u.disabled
