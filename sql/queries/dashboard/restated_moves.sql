-- Which re-organisations changed what an area or its members count in some days: what was moved, split or merged, where it counted
-- then and where it counts today.
-- params: p, area, first, last
-- grain: one re-organised area with the day from which it stands as today
WITH mine AS (
    SELECT s.*, a.level, a.kind, CASE WHEN a.kind = 'unknown' THEN up.name_zh || ' · ' ELSE '' END || a.name_zh AS name_zh,
           CASE WHEN a.kind = 'unknown' THEN up.name_en || ' · ' ELSE '' END || a.name_en AS name_en
    FROM area_shift s JOIN area a ON a.area_id = s.node_id LEFT JOIN area up ON up.area_id = s.parent_id
    WHERE s.first_pub <= :p AND s.last_pub > :p AND (s.area_id, s.valid_from) IN (
        SELECT h.area_id, h.valid_from FROM area_shift h
        WHERE (h.node_id = :area OR h.parent_id = :area) AND h.first_pub <= :p AND h.last_pub > :p
          AND h.valid_from <= CAST(:last AS date) AND h.valid_to > CAST(:first AS date))
),
told AS (
    SELECT area_id, valid_from, valid_to,
           (array_agg(node_id ORDER BY level DESC) FILTER (WHERE sign = -1))[1] AS lowest,
           (array_agg(name_zh ORDER BY level DESC) FILTER (WHERE sign = -1))[1] AS then_zh,
           (array_agg(name_en ORDER BY level DESC) FILTER (WHERE sign = -1))[1] AS then_en,
           (array_agg(name_zh ORDER BY level DESC) FILTER (WHERE sign = 1))[1] AS now_zh,
           (array_agg(name_en ORDER BY level DESC) FILTER (WHERE sign = 1))[1] AS now_en,
           (array_agg(kind ORDER BY level DESC) FILTER (WHERE sign = 1))[1] = 'unknown' AS without_heir
    FROM mine GROUP BY area_id, valid_from, valid_to
)
SELECT DISTINCT t.valid_to AS day, what.area_id, what.name_zh, what.name_en, what.area_id = t.lowest AS ended,
       t.then_zh, t.then_en, t.now_zh, t.now_en, coalesce(t.without_heir, false) AS without_heir
FROM told t
LEFT JOIN LATERAL (  -- what moved as a whole: the area of the leaf's chain just below the lowest one it left
    SELECT c.ancestor_id
    FROM area_closure c
    JOIN area_parent l ON l.area_id = c.ancestor_id AND l.parent_id = t.lowest
     AND l.valid_from <= t.valid_from AND t.valid_from < l.valid_to
    WHERE c.descendant_id = t.area_id AND c.valid_from <= t.valid_from AND t.valid_from < c.valid_to
    LIMIT 1
) below ON true
JOIN area what ON what.area_id = coalesce(below.ancestor_id, t.area_id)
ORDER BY day DESC, what.area_id
