-- What was foretold on earlier publications ends with this one; what an interrupted run left of it goes.
-- params: p
-- grain: one forecast
WITH gone AS (DELETE FROM forecast WHERE first_pub = :p)
UPDATE forecast SET last_pub = :p WHERE last_pub = 2147483647 AND first_pub < :p
