-- What is needed to check a password.
-- params: login
-- grain: one user
SELECT user_id, login, password_hash, disabled, session_epoch
FROM app_user
WHERE login = :login
