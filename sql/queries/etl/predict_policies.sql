-- The prediction's numbers as they hold on a day.
-- params: day
-- grain: one policy
SELECT DISTINCT ON (name) name, value
FROM policy
WHERE name IN ('dissatisfied_score', 'prediction_days', 'prediction_held_months') AND valid_from <= CAST(:day AS date)
ORDER BY name, valid_from DESC
