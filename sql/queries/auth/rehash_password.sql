-- Store the same password under today's hash parameters, unless it was changed meanwhile; sessions go on.
-- params: user_id, password_hash, old_hash
-- grain: one user
UPDATE app_user SET password_hash = :password_hash WHERE user_id = :user_id AND password_hash = :old_hash
