-- A policy number as it holds on a day.
-- params: policy (name), day
-- grain: at most one row
SELECT value FROM policy WHERE name = :policy AND valid_from <= CAST(:day AS date) ORDER BY valid_from DESC LIMIT 1
