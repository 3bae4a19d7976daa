-- Whether an area, a rule and an indicator are known by their codes.
-- params: area, rule, indicator
-- grain: one row
SELECT EXISTS (SELECT FROM area WHERE code = :area) AS area, EXISTS (SELECT FROM alert_rule WHERE rule = :rule) AS rule,
       EXISTS (SELECT FROM indicator WHERE code = :indicator) AS indicator
