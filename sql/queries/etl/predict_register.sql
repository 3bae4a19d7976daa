-- Register a trained model.
-- params: prediction, trained_at, first_day, last_day, held_from, customers, dissatisfied, card, checksum, content
-- grain: one model
WITH made AS (
    INSERT INTO prediction_model (prediction, trained_at, first_day, last_day, held_from, customers, dissatisfied, card, checksum)
    VALUES (:prediction, :trained_at, :first_day, :last_day, :held_from, :customers, :dissatisfied, CAST(:card AS jsonb), :checksum)
    RETURNING model_id
)
INSERT INTO prediction_model_content (model_id, content)
SELECT model_id, CAST(:content AS jsonb) FROM made
RETURNING model_id
