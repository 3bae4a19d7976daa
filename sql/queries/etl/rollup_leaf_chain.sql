-- Spell out under which ancestors each leaf stood and when.
-- params: leaf (level)
-- grain: one leaf and stretch of days with the same ancestors
INSERT INTO leaf_chain (area_id, valid_from, valid_to, path)
WITH bound AS (
    SELECT c.descendant_id AS area_id, c.valid_from AS day
    FROM area_closure c JOIN area a ON a.area_id = c.descendant_id WHERE a.level = :leaf
    UNION
    SELECT c.descendant_id, c.valid_to
    FROM area_closure c JOIN area a ON a.area_id = c.descendant_id WHERE a.level = :leaf
),
stretch AS (
    SELECT area_id, day AS valid_from, lead(day) OVER (PARTITION BY area_id ORDER BY day) AS valid_to FROM bound
)
SELECT s.area_id, s.valid_from, s.valid_to, array_agg(c.ancestor_id ORDER BY a.level DESC)
FROM stretch s
JOIN area_closure c ON c.descendant_id = s.area_id AND c.valid_from <= s.valid_from AND c.valid_to >= s.valid_to
JOIN area a ON a.area_id = c.ancestor_id
WHERE s.valid_to IS NOT NULL
GROUP BY s.area_id, s.valid_from, s.valid_to
HAVING bool_or(c.depth = 0)
