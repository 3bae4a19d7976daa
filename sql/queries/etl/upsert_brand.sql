-- Add a brand or bring its names up to date.
-- params: brand, name_zh, name_en, own
-- grain: one brand
INSERT INTO brand (brand, name_zh, name_en, own) VALUES (:brand, :name_zh, :name_en, :own)
ON CONFLICT (brand) DO UPDATE SET name_zh = excluded.name_zh, name_en = excluded.name_en, own = excluded.own
