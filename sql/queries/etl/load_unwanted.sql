-- Rows of a fact that are to go: replaced by a newer delivery.
-- params: none
-- grain: one row of a fact
CREATE TEMP TABLE IF NOT EXISTS unwanted (area_id integer, day date, id uuid, PRIMARY KEY (area_id, day, id)) ON COMMIT DROP
