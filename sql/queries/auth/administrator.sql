-- Whether the user of this transaction is an administrator of the whole store.
-- params: none
-- grain: one answer
SELECT is_administrator() AS administrator
