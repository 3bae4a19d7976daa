-- Spell out again what a user's grants reach.
-- params: user_id
-- grain: one user
SELECT refresh_user_area(CAST(:user_id AS integer))
