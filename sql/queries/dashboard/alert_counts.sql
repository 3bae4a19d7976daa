-- Open alerts at areas and below them, and whether a change of the answers themselves makes an area's month incomparable.
-- params: codes (of areas), start (of the month)
-- grain: one area with an alert
SELECT a.code, count(DISTINCT e.episode_id) FILTER (WHERE e.closed_at IS NULL) AS open,
       coalesce(bool_or(e.kind = 'quality' AND e.area_id = a.area_id AND e.start <= CAST(:start AS date)
                        AND (e.start = CAST(:start AS date) OR (e.closed_at IS NULL AND e.state IN ('firing', 'acknowledged')
                                                                AND e.latest >= CAST(:start AS date)))), false) AS doubtful
FROM area a
JOIN area_closure c ON c.ancestor_id = a.area_id
JOIN episode e ON e.area_id = c.descendant_id
WHERE a.code = ANY(CAST(:codes AS text[]))
GROUP BY a.code
