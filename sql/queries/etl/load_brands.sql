-- The brands a row may name.
-- params: none
-- grain: one brand
SELECT brand FROM brand ORDER BY brand
