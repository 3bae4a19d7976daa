-- Close an account or open it again, ending all its sessions.
-- params: user_id, disabled
-- grain: one user
UPDATE app_user SET disabled = :disabled, session_epoch = session_epoch + 1 WHERE user_id = :user_id
