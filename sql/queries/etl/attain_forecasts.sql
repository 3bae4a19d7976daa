-- What outcomes are expected to read at the end of a running period.
-- params: p, period, start
-- grain: one area and indicator
SELECT area_id, indicator_id, value, sd FROM forecast
WHERE period = :period AND start = CAST(:start AS date) AND first_pub <= :p AND last_pub > :p
