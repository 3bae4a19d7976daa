-- What stands beside alerts: who carries the fall, what moved before it and with it, what was declared.
-- params: ids
-- grain: one cause; the strongest of its kind first
SELECT c.episode_id, c.place, c.kind, c.cut, c.value, c.contribution, c.low, c.high, c.start, c.detail,
       a.code AS area, a.level, a.name_zh AS area_zh, a.name_en AS area_en,
       i.code AS indicator, i.name_zh AS indicator_zh, i.name_en AS indicator_en, i.unit, i.decimals, i.direction,
       d.words, d.first_day, d.last_day
FROM episode_cause c
LEFT JOIN area a USING (area_id)
LEFT JOIN indicator i USING (indicator_id)
LEFT JOIN declared_event d ON d.event_id = c.event_id AND d.withdrawn_at IS NULL
WHERE c.episode_id = ANY(CAST(:ids AS bigint[])) AND (c.kind <> 'event' OR d.event_id IS NOT NULL)
ORDER BY c.episode_id, c.place
