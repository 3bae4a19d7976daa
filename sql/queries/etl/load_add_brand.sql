-- Make sure a brand a feed declares is there (never the own one).
-- params: brand, name_zh, name_en
-- grain: one brand
INSERT INTO brand (brand, name_zh, name_en, own) VALUES (:brand, :name_zh, :name_en, false)
ON CONFLICT (brand) DO NOTHING
