-- The items a satisfaction index can be made of.
-- params: none
-- grain: one item
SELECT code, indicator_id FROM indicator WHERE kind = 'item'
