-- Give every area of one level its unknown member on the next, alive as long as the area is.
-- params: level, suffix, name_zh, name_en, sort_key
-- grain: one area of the level
INSERT INTO area (code, level, kind, name_zh, name_en, sort_key, valid_from, valid_to)
SELECT code || :suffix, level + 1, 'unknown', :name_zh, :name_en, :sort_key, valid_from, valid_to
FROM area
WHERE level = :level
ON CONFLICT (code) DO UPDATE SET valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to
WHERE (area.valid_from, area.valid_to) IS DISTINCT FROM (EXCLUDED.valid_from, EXCLUDED.valid_to)
