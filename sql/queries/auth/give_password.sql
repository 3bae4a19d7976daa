-- Store a password somebody else has given, to be changed at the next sign-in, and end the user's sessions.
-- params: user_id, password_hash
-- grain: one user
UPDATE app_user SET password_hash = :password_hash, password_given = true, session_epoch = session_epoch + 1
WHERE user_id = :user_id
