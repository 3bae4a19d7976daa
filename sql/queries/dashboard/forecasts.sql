-- What the outcomes of an area are expected to read at the end of a running period.
-- params: p (publication), area, period (kind), start
-- grain: one indicator
SELECT f.indicator_id, i.code AS indicator, f.through, f.n_eff, f.value, f.sd, f.low, f.high, f.low80, f.high80, f.target, f.probability
FROM forecast f JOIN indicator i USING (indicator_id)
WHERE f.area_id = :area AND f.period = :period AND f.start = CAST(:start AS date)
  AND f.first_pub <= :p AND f.last_pub > :p
ORDER BY f.indicator_id
