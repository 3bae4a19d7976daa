-- The model registered last, with its content.
-- params: prediction
-- grain: at most one row
SELECT m.model_id, m.first_day, m.last_day, m.checksum, c.content
FROM prediction_model m JOIN prediction_model_content c USING (model_id)
WHERE m.prediction = :prediction
ORDER BY m.model_id DESC
LIMIT 1
