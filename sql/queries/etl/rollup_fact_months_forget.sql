-- Forget how many facts some months had.
-- params: months (first days)
-- grain: one fact and month
DELETE FROM fact_month WHERE month = ANY(CAST(:months AS date[]))
