-- The periods rolled up afresh, of the kinds that estimates are made of.
-- params: kinds
-- grain: one period
SELECT period, start FROM rollup_span WHERE period = ANY(CAST(:kinds AS text[])) ORDER BY period, start
