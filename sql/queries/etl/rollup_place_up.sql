-- The place a leaf's figures go to at each level: its ancestor of that level, or the nearest one above where a level is skipped.
-- params: leaf (level)
-- grain: one leaf place and level
INSERT INTO place_up (leaf_id, level, place_id, place_level)
SELECT DISTINCT ON (leaf.place_id, wanted.level) leaf.place_id, wanted.level, up.place_id, up.level
FROM (SELECT DISTINCT place_id FROM leaf_place) chosen
JOIN place leaf ON leaf.place_id = chosen.place_id
CROSS JOIN LATERAL generate_series(1, cardinality(leaf.path)) AS k
JOIN place up ON up.path = leaf.path[k\:]
JOIN generate_series(0, CAST(:leaf AS integer)) AS wanted (level) ON up.level <= wanted.level
ORDER BY leaf.place_id, wanted.level, up.level DESC
