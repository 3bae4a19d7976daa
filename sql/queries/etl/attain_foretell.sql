-- Forecasts are told the chance of meeting the period's target, and that target.
-- params: p
-- grain: one forecast
UPDATE forecast f SET target = c.target, probability = c.chance
FROM attain_chance c
WHERE (f.area_id, f.indicator_id, f.period, f.start) = (c.area_id, c.indicator_id, c.period, c.start)
  AND f.first_pub <= :p AND f.last_pub > :p
