-- Add or update the arriving areas of one level.
-- params: level
-- grain: one area
INSERT INTO area (code, level, kind, name_zh, name_en, sort_key, lon, lat, urban, valid_from, valid_to)
SELECT code, level, kind, name_zh, name_en, sort_key, lon, lat, urban, coalesce(valid_from, '1900-01-01'), coalesce(valid_to, 'infinity')
FROM arriving_area
WHERE level = :level
ON CONFLICT (code) DO UPDATE SET
    level = EXCLUDED.level, kind = EXCLUDED.kind, name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en,
    sort_key = EXCLUDED.sort_key, lon = EXCLUDED.lon, lat = EXCLUDED.lat, urban = EXCLUDED.urban,
    valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
