-- End all sessions of a user.
-- params: user_id
-- grain: one user
UPDATE app_user SET session_epoch = session_epoch + 1 WHERE user_id = :user_id
