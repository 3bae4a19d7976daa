-- Alerts, the open ones first, then the newest.
-- params: closed (too), area (code, or null for all), most
-- grain: one episode
SELECT e.episode_id, e.severity, e.state, e.rule, a.code AS area, a.name_zh AS area_zh, a.name_en AS area_en, i.code AS indicator,
       e.subject, e.period, e.since, e.start, e.latest, e.value, e.low, e.high, e.n, e.expected, e.size, e.s, e.opened_at,
       e.acknowledged_by, e.owner, e.acknowledged_note, e.closed, e.reopened_of
FROM episode e
JOIN area a USING (area_id)
LEFT JOIN indicator i USING (indicator_id)
WHERE (:closed OR e.closed_at IS NULL)
  AND (CAST(:area AS text) IS NULL
       OR e.area_id IN (SELECT c.descendant_id FROM area_closure c JOIN area r ON r.area_id = c.ancestor_id WHERE r.code = :area))
ORDER BY e.closed_at IS NOT NULL, e.severity, e.opened_at DESC, e.episode_id
LIMIT :most
