-- The indicators facts are written for.
-- params: none
-- grain: one indicator
SELECT indicator_id, code, fact, factor FROM indicator
