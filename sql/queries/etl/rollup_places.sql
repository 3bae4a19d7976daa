-- Every area under every chain of ancestors it ever had; "alone" areas have one place and need no second grouping.
-- params: none
-- grain: one area and chain of ancestors
INSERT INTO place (place_id, level, area_id, path, parent_id, alone)
WITH suffix AS (
    SELECT DISTINCT path[k\:] AS path FROM leaf_chain CROSS JOIN LATERAL generate_series(1, cardinality(path)) AS k
),
numbered AS (
    SELECT row_number() OVER (ORDER BY s.path)::integer AS place_id, a.level, a.area_id, s.path
    FROM suffix s JOIN area a ON a.area_id = s.path[1]
),
linked AS (
    SELECT child.*, parent.place_id AS parent_id, parent.level AS parent_level
    FROM numbered child LEFT JOIN numbered parent ON parent.path = child.path[2\:]
),
uneven AS (SELECT DISTINCT parent_id FROM linked WHERE level <> parent_level + 1)
SELECT l.place_id, l.level, l.area_id, l.path, l.parent_id,
       count(*) OVER (PARTITION BY l.area_id) = 1 AND u.parent_id IS NULL
FROM linked l LEFT JOIN uneven u ON u.parent_id = l.place_id
