-- Add a user; none when the login is taken.
-- params: login, full_name, email, password_hash, language
-- grain: one user
INSERT INTO app_user (login, name, email, password_hash, language)
VALUES (:login, :full_name, :email, :password_hash, :language)
ON CONFLICT (login) DO NOTHING
RETURNING user_id
