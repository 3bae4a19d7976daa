-- Bring the closure and every user's reach to the tree as it now is.
-- params: none
-- grain: one row
SELECT rebuild_area_closure(), refresh_user_area()
