-- Where the series of a rule stood when they were judged last.
-- params: rule
-- grain: one area and indicator
SELECT area_id, indicator_id, start, chart_from, state, beneath, told, calm, held
FROM series_state WHERE rule = :rule
