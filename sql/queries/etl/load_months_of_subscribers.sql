-- Which of some months already have subscriber counts.
-- params: months (first days)
-- grain: one row
SELECT EXISTS (SELECT 1 FROM subscriber WHERE month = ANY(CAST(:months AS date[]))) AS there
