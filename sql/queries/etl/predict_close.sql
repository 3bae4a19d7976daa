-- Who was likely dissatisfied until now; what an earlier run on the same publication said goes.
-- params: p
-- grain: one prediction
WITH gone AS (DELETE FROM dissatisfied_prediction WHERE first_pub = :p)
UPDATE dissatisfied_prediction SET last_pub = :p WHERE last_pub = 2147483647 AND first_pub < :p
