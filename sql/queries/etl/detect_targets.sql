-- The chance of meeting a target at the end of a running period, where one is set.
-- params: p, period
-- grain: one area and indicator
SELECT area_id, indicator_id, start, through, value, low, high, n_eff, target, probability
FROM forecast
WHERE period = :period AND first_pub <= :p AND last_pub > :p AND probability IS NOT NULL
