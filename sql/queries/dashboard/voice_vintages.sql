-- Frozen weights with their estimates.
-- params: ids
-- grain: one vintage
SELECT vintage_id, business, year, scheme, n, model, estimates, made_at
FROM tcsi_vintage WHERE vintage_id = ANY(CAST(:ids AS integer[]))
