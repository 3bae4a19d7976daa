-- Take the model that comes with the product where there is none yet.
-- params: model (JSON)
-- grain: one model
INSERT INTO tcsi_model (model) VALUES (CAST(:model AS jsonb)) ON CONFLICT DO NOTHING
