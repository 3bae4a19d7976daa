-- The indicators alerts may speak of.
-- params: none
-- grain: one indicator
SELECT indicator_id, code, name_zh, name_en, kind, fact, direction, line_id, factor, numerator, denominator, minimum_base
FROM indicator WHERE kind IN ('outcome', 'perception', 'process')
ORDER BY indicator_id
