-- Add the arriving parents of one level.
-- params: level
-- grain: one node and day its parent holds from
INSERT INTO area_parent (area_id, parent_id, valid_from, valid_to)
SELECT a.area_id, p.area_id, coalesce(n.valid_from, '1900-01-01'), coalesce(n.valid_to, 'infinity')
FROM arriving_parent n JOIN area a USING (code) JOIN area p ON p.code = n.parent
WHERE n.level = :level
ON CONFLICT (area_id, valid_from) DO NOTHING
