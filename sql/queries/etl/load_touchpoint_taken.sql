-- Add or update the arriving touchpoints.
-- params: none
-- grain: one touchpoint
INSERT INTO touchpoint (code, kind, name_zh, name_en, area_id, lon, lat, valid_from, valid_to)
SELECT code, kind, name_zh, name_en, area_id, lon, lat, coalesce(valid_from, '1900-01-01'), coalesce(valid_to, 'infinity')
FROM arriving_touchpoint
ON CONFLICT (code) DO UPDATE SET
    kind = EXCLUDED.kind, name_zh = EXCLUDED.name_zh, name_en = EXCLUDED.name_en, area_id = EXCLUDED.area_id,
    lon = EXCLUDED.lon, lat = EXCLUDED.lat, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
