-- Forget the parents of the arriving nodes of one level, and tell from which day the tree differs.
-- params: level
-- grain: one row: the first day a parent that was known is no longer as it was (null when none)
WITH given AS (
    SELECT a.area_id, p.area_id AS parent_id, coalesce(n.valid_from, '1900-01-01') AS valid_from,
           coalesce(n.valid_to, 'infinity') AS valid_to
    FROM arriving_parent n JOIN area a USING (code) JOIN area p ON p.code = n.parent
    WHERE n.level = :level
), gone AS (
    DELETE FROM area_parent k USING (SELECT DISTINCT area_id FROM given) g
    WHERE k.area_id = g.area_id
      AND NOT EXISTS (SELECT 1 FROM given s WHERE (s.area_id, s.parent_id, s.valid_from, s.valid_to)
                                                = (k.area_id, k.parent_id, k.valid_from, k.valid_to))
    RETURNING k.area_id, k.parent_id, k.valid_from, k.valid_to
)
SELECT min(CASE WHEN s.area_id IS NULL THEN gone.valid_from ELSE least(gone.valid_to, s.valid_to) END) AS since
FROM gone
LEFT JOIN given s ON (s.area_id, s.parent_id, s.valid_from) = (gone.area_id, gone.parent_id, gone.valid_from)
