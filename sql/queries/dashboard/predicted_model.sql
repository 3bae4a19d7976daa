-- What the model behind a publication's list was measured to be worth.
-- params: p (publication)
-- grain: at most one model
SELECT m.model_id, m.trained_at, m.first_day, m.last_day, m.held_from, m.customers, m.dissatisfied, m.card, m.checksum
FROM prediction_model m
WHERE m.model_id = (SELECT max(d.model_id) FROM dissatisfied_prediction d WHERE d.first_pub <= :p AND d.last_pub > :p)
