-- The model of the satisfaction index in force.
-- params: none
-- grain: one model, or none
SELECT model FROM tcsi_model
