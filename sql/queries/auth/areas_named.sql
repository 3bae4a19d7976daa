-- The areas of today's tree down to a level, to choose from.
-- params: level
-- grain: one area
SELECT code, name_zh, name_en FROM area
WHERE level <= :level AND kind <> 'unknown' AND valid_to > CURRENT_DATE
ORDER BY level, code
