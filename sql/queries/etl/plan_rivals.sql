-- Competitors' scores of the headline outcomes in one period, where enough were asked to say.
-- params: p, period, start, least (n_eff)
-- grain: one area and indicator: the strongest competitor
SELECT r.area_id, r.indicator_id, max(r.swx / r.sw) AS value
FROM score_public r JOIN indicator i USING (indicator_id) JOIN brand b ON b.brand = r.value AND NOT b.own
WHERE i.headline IS NOT NULL AND r.period = :period AND r.start = CAST(:start AS date) AND r.cut = 'brand'
  AND r.hidden IS NULL AND r.sw * r.sw >= :least * r.sw2 AND r.first_pub <= :p AND r.last_pub > :p
GROUP BY r.area_id, r.indicator_id
