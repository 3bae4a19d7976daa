-- Each response of the periods with its place in the tree of its day, its combination of cuts and its one weight.
-- params: first_day, last_day, county (level)
-- grain: one response
INSERT INTO respondent (response_id, area_id, day, place_id, profile_id, weight)
SELECT r.response_id, r.area_id, r.day, l.place_id, p.profile_id, coalesce(w.weight, 1)
FROM response r
JOIN area a USING (area_id)
LEFT JOIN touchpoint t USING (touchpoint_id)
JOIN leaf_place l ON l.area_id = r.area_id AND r.day >= l.valid_from AND r.day < l.valid_to
JOIN rollup_profile p ON p.key = ARRAY[r.brand, r.mode, r.business, r.generation, r.segment,  -- one key: many are taken for rare
     CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, r.stage, r.channel, coalesce(t.kind, 'none')]
JOIN place_up u ON u.leaf_id = l.place_id AND u.level = :county
JOIN place county ON county.place_id = u.place_id
LEFT JOIN weight_cell w ON (w.area_id, w.brand, w.business, w.segment) = (county.area_id, r.brand, r.business, r.segment)
 AND w.month = date_trunc('month', r.day)
WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
  AND r.day IN (SELECT day FROM span_day)
