-- Each answer of those responses; items of the satisfaction index are rolled up as indexes, not by themselves.
-- params: first_day, last_day
-- grain: one answer
INSERT INTO scored (indicator_id, place_id, day, profile_id, raw, w, x)
SELECT a.indicator_id, r.place_id, r.day, r.profile_id, CAST(round(a.raw) AS integer), r.weight, a.score
FROM respondent r
JOIN answer a ON (a.area_id, a.day, a.response_id) = (r.area_id, r.day, r.response_id)
WHERE a.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
  AND a.indicator_id NOT IN (SELECT indicator_id FROM indicator WHERE kind = 'item')
