-- Silence the alerts of an area and all below.
-- params: area (code), rule, indicator (code), until, reason
-- grain: one row
SELECT silence_alerts((SELECT a.area_id FROM area a WHERE a.code = :area), :rule,
                      (SELECT i.indicator_id FROM indicator i WHERE i.code = :indicator), CAST(:until AS timestamptz), :reason) AS silence_id
