-- The weight vintages in force: the newest of each business and year.
-- params: none
-- grain: one business and year
SELECT DISTINCT ON (business, year) vintage_id, business, year, model, weights
FROM tcsi_vintage ORDER BY business, year, vintage_id DESC
