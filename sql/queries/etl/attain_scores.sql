-- Outcomes of one period as they may be shown: direct where enough answered, else drawn towards the area above.
-- params: p, period, start
-- grain: one area and indicator
SELECT e.area_id, e.indicator_id, e.n,
       CASE WHEN e.display >= 2 THEN e.direct ELSE e.shrunken END AS value,
       CASE WHEN e.display >= 2 THEN e.low ELSE e.shrunken_low END AS low,
       CASE WHEN e.display >= 2 THEN e.high ELSE e.shrunken_high END AS high,
       e.reliability
FROM estimate_public e JOIN indicator i USING (indicator_id)
WHERE i.headline IS NOT NULL AND e.period = :period AND e.start = CAST(:start AS date) AND e.window_length = 1 AND e.display >= 1
  AND e.first_pub <= :p AND e.last_pub > :p
