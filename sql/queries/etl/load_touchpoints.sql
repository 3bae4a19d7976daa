-- Every touchpoint's code.
-- params: none
-- grain: one touchpoint
SELECT touchpoint_id, code FROM touchpoint
