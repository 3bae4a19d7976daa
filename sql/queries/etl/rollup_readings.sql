-- Process readings added up by leaf, day and combination of cuts.
-- params: first_day, last_day
-- grain: one indicator, place, day and combination
INSERT INTO measured (indicator_id, place_id, day, profile_id, n, numerator, denominator)
SELECT r.indicator_id, l.place_id, r.day, p.profile_id, count(*), sum(r.numerator), sum(r.denominator)
FROM process_reading r
JOIN area a USING (area_id)
LEFT JOIN touchpoint t USING (touchpoint_id)
JOIN leaf_place l ON l.area_id = r.area_id AND r.day >= l.valid_from AND r.day < l.valid_to
JOIN rollup_profile p ON p.key = ARRAY[NULL, NULL, NULL, NULL, NULL,
     CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, NULL, NULL, coalesce(t.kind, 'none')]
WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date) AND r.day IN (SELECT day FROM span_day)
GROUP BY r.indicator_id, l.place_id, r.day, p.profile_id
