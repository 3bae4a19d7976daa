-- The periods that overlap the months to be written afresh.
-- params: none
-- grain: one period
INSERT INTO rollup_span (period, start, until)
SELECT period, start, until FROM periods_of(ARRAY(SELECT month FROM rollup_month)) ORDER BY period, start
