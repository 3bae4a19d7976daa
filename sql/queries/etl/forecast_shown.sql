-- The areas and indicators whose figure of a running period is shown as it is: not hidden, not shrunken, of the period alone.
-- params: p, period, start
-- grain: one area and indicator
SELECT area_id, indicator_id
FROM estimate
WHERE period = :period AND start = CAST(:start AS date) AND display >= 2 AND window_length = 1
  AND first_pub <= :p AND last_pub > :p
