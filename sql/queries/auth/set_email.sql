-- Where mail to a user goes.
-- params: user_id, email
-- grain: one user
UPDATE app_user SET email = :email WHERE user_id = :user_id
