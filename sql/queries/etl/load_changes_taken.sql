-- Add what the arriving nodes were cut or joined from.
-- params: none
-- grain: one change of the tree
INSERT INTO area_change (changed_on, kind, from_id, to_id)
SELECT n.valid_from, n.change, f.area_id, a.area_id
FROM arriving_parent n JOIN area a USING (code) JOIN area f ON f.code = n.from_code
WHERE n.change IS NOT NULL AND n.valid_from IS NOT NULL
ON CONFLICT DO NOTHING
