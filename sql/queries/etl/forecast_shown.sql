-- The areas and indicators whose figure of a running period is shown as it is: of the period alone, with answers enough, and not
-- withheld for what it would give away of another.
-- params: p, period, start
-- grain: one area and indicator
SELECT e.area_id, e.indicator_id
FROM estimate e
WHERE e.period = :period AND e.start = CAST(:start AS date) AND e.display >= 2 AND e.window_length = 1
  AND e.first_pub <= :p AND e.last_pub > :p
  AND NOT EXISTS (
      SELECT FROM suppressed s
      WHERE s.area_id = e.area_id AND s.indicator_id = e.indicator_id AND s.period = e.period AND s.cut = 'all'
        AND s.start = e.start AND s.value = '' AND s.first_pub <= :p AND s.last_pub > :p)
