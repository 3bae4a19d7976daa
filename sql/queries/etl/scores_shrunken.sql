-- Values drawn towards the area above, of an area and (if asked) the areas below it, where a score's base in the period is too thin
-- for its direct value.
-- params: area (code), period (kind), start, publication, children
-- grain: one area and indicator
SELECT a.code AS area, i.code AS indicator, e.shrunken, e.shrunken_low, e.shrunken_high
FROM estimate_public e
JOIN area a USING (area_id)
JOIN indicator i USING (indicator_id)
WHERE e.period = :period AND e.start = CAST(:start AS date) AND e.display = 1 AND e.window_length = 1
  AND e.first_pub <= :publication AND e.last_pub > :publication
  AND (a.code = :area OR (:children AND e.parent_id = (SELECT area_id FROM area WHERE code = :area)))
