-- Silence an area and all below, for a rule and an indicator or for all.
-- params: area, rule, indicator, until, reason
-- grain: one row: the number of the silence
SELECT silence_alerts(CAST(:area AS integer), :rule, CAST(:indicator AS integer), CAST(:until AS timestamptz), :reason) AS silence_id
