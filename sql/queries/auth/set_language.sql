-- Keep the user's language.
-- params: user_id, language
-- grain: one user
UPDATE app_user SET language = :language WHERE user_id = :user_id
