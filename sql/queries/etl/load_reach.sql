-- Bring every user's reach to the tree as it now is.
-- params: none
-- grain: one row
SELECT refresh_user_area()
