-- Bring the unknown members' one parent to their areas' dates.
-- params: level (of the areas), suffix
-- grain: one unknown member
UPDATE area_parent k SET valid_from = a.valid_from, valid_to = a.valid_to
FROM area a JOIN area u ON u.code = a.code || :suffix
WHERE a.level = :level AND k.area_id = u.area_id AND (k.valid_from, k.valid_to) <> (a.valid_from, a.valid_to)
