-- Likely dissatisfied customers in each area directly below an area (or in the area itself, when it is a grid), by band.
-- params: p (publication), area, day
-- grain: one area below
WITH below AS (
    SELECT l.area_id FROM area_parent l
    WHERE l.parent_id = :area AND l.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < l.valid_to
    UNION ALL
    SELECT a.area_id FROM area a WHERE a.area_id = :area
     AND NOT EXISTS (SELECT FROM area_parent l WHERE l.parent_id = a.area_id)
)
SELECT a.area_id, a.code, a.name_zh, a.name_en, a.level, a.kind, count(*) AS customers,
       count(*) FILTER (WHERE d.band = 1) AS first, count(*) FILTER (WHERE d.band = 2) AS second,
       count(*) FILTER (WHERE d.band = 3) AS third, sum(d.probability) AS expected
FROM below b
JOIN area a USING (area_id)
JOIN area_closure c ON c.ancestor_id = b.area_id AND c.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < c.valid_to
JOIN dissatisfied_prediction d ON d.area_id = c.descendant_id AND d.first_pub <= :p AND d.last_pub > :p
GROUP BY a.area_id
ORDER BY expected DESC, a.area_id
