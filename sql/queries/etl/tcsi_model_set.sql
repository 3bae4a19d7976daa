-- Put another model in force.
-- params: model (JSON)
-- grain: one model
INSERT INTO tcsi_model (model) VALUES (CAST(:model AS jsonb))
ON CONFLICT (single) DO UPDATE SET model = excluded.model, defined_at = now()
