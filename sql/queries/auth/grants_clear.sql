-- Take all grants from a user.
-- params: user_id
-- grain: one grant
DELETE FROM user_grant WHERE user_id = :user_id
