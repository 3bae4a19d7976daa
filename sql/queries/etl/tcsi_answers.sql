-- The items own customers answered in the months not read yet, with place and weight of the response.
-- params: first_day, last_day, county (level), items (ids)
-- grain: one answer
INSERT INTO tcsi_answer (response_id, business, year, month, place_id, weight, indicator_id, raw)
SELECT a.response_id, r.business, date_part('year', a.day), m.month, l.place_id, coalesce(w.weight, 1), a.indicator_id, a.raw
FROM answer a
JOIN tcsi_month m ON m.month = date_trunc('month', a.day) AND NOT m.read
JOIN response r ON (r.area_id, r.day, r.response_id) = (a.area_id, a.day, a.response_id)
JOIN brand b ON b.brand = r.brand AND b.own
JOIN leaf_place l ON l.area_id = a.area_id AND a.day >= l.valid_from AND a.day < l.valid_to
JOIN place_up u ON u.leaf_id = l.place_id AND u.level = :county
JOIN place county ON county.place_id = u.place_id
LEFT JOIN weight_cell w ON (w.area_id, w.brand, w.business, w.segment) = (county.area_id, r.brand, r.business, r.segment)
 AND w.month = m.month
WHERE a.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
  AND r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
  AND a.indicator_id = ANY(CAST(:items AS smallint[]))
