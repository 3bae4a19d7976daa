-- Freeze the weights of a business and year.
-- params: business, year, scheme, n, model, weights, estimates (JSON), p (the publication being made, or null)
-- grain: one vintage
INSERT INTO tcsi_vintage (business, year, scheme, n, model, weights, estimates, first_pub)
VALUES (:business, :year, :scheme, :n, CAST(:model AS jsonb), CAST(:weights AS jsonb), CAST(:estimates AS jsonb), :p)
RETURNING vintage_id
