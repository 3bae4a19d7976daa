-- The operator's own brand and its competitors.
-- params: none
-- grain: one brand
SELECT brand, name_zh, name_en, own FROM brand ORDER BY own DESC, brand
