-- The indicators customers score.
-- params: none
-- grain: one indicator
SELECT indicator_id, direction FROM indicator WHERE fact = 'answer' AND kind IN ('outcome', 'perception')
