-- Hang the unknown members of one level under their areas.
-- params: level (of the areas), suffix
-- grain: one unknown member
INSERT INTO area_parent (area_id, parent_id, valid_from, valid_to)
SELECT u.area_id, a.area_id, u.valid_from, u.valid_to
FROM area a JOIN area u ON u.code = a.code || :suffix
WHERE a.level = :level AND NOT EXISTS (SELECT 1 FROM area_parent k WHERE k.area_id = u.area_id)
