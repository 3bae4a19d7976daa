-- Likely dissatisfied customers of an area, the likeliest first; ``county`` and ``grid`` name where the last contact was.
-- params: p (publication), area, day, county (level), most
-- grain: one customer and business
SELECT encode(substring(d.customer FROM 1 FOR 6), 'hex') AS customer, g.code AS grid_code, g.name_zh AS grid_zh, g.name_en AS grid_en,
       k.name_zh AS county_zh, k.name_en AS county_en, d.business, d.segment, d.probability, d.low, d.high, d.band, d.reasons,
       d.last_contact, d.as_of
FROM dissatisfied_prediction d
JOIN area_closure c ON c.descendant_id = d.area_id AND c.ancestor_id = :area
 AND c.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < c.valid_to
JOIN area g ON g.area_id = d.area_id
LEFT JOIN LATERAL (
    SELECT a.name_zh, a.name_en FROM area_closure u JOIN area a ON a.area_id = u.ancestor_id AND a.level = :county
    WHERE u.descendant_id = d.area_id AND u.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < u.valid_to LIMIT 1) k ON true
WHERE d.first_pub <= :p AND d.last_pub > :p
ORDER BY d.probability DESC, d.customer, d.business
LIMIT :most
