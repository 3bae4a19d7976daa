-- Alerts with where they stand: of an area and all below, or by number; the open ones, or those that closed of late too.
-- params: ids, area, group_level, closed_since, now
-- grain: one episode; the gravest and worst first
-- How many below miss a target with their parent speaks of siblings: told to who sees the parent in full.
SELECT e.episode_id, e.rule, e.kind, e.severity, e.state, e.period, e.start, e.latest, e.since, e.subject, e.value, e.low, e.high,
       e.n, e.n_eff, e.expected, e.size, e.s, e.opened_s, e.worst_s, e.fast,
       CASE WHEN sees_fully(e.area_id, e.indicator_id) THEN e.detail ELSE e.detail - ARRAY['below', 'below_of'] END AS detail, e.opened_at, e.acknowledged_at,
       e.acknowledged_by, e.acknowledged_note, e.owner, e.escalated, e.escalated_at, e.closed, e.closed_at, e.reopened_of, e.task_id,
       k.due_on AS task_due, k.state AS task_state, o.name AS task_owner,
       a.area_id, a.code AS area, a.level, a.name_zh AS area_zh, a.name_en AS area_en,
       g.code AS root, g.level AS root_level, g.name_zh AS root_zh, g.name_en AS root_en,
       i.code AS indicator, i.name_zh AS indicator_zh, i.name_en AS indicator_en, i.short_zh, i.short_en, i.unit, i.decimals,
       i.direction, i.kind AS indicator_kind, i.headline, l.name_zh AS line_zh, l.name_en AS line_en,
       r.name_zh AS rule_zh, r.name_en AS rule_en, r.escalate_days, sees_fully(e.area_id, e.indicator_id) AS fully,
       (SELECT max(s.until) FROM silence s
        WHERE s.ended_at IS NULL AND s.until > :now AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id)) AS silenced_until
FROM episode e
JOIN area a USING (area_id)
JOIN alert_rule r ON r.rule = e.rule AND r.version = e.version
LEFT JOIN indicator i USING (indicator_id)
LEFT JOIN line l ON l.line_id = e.line_id
LEFT JOIN task k ON k.task_id = e.task_id
LEFT JOIN app_user o ON o.user_id = k.owner_id
LEFT JOIN LATERAL (
    SELECT up.code, up.level, up.name_zh, up.name_en
    FROM area_closure c JOIN area up ON up.area_id = c.ancestor_id
    WHERE c.descendant_id = e.area_id AND c.valid_from <= e.latest AND c.valid_to > e.latest AND up.level >= :group_level
    ORDER BY up.level LIMIT 1
) g ON true
WHERE (CAST(:ids AS bigint[]) IS NULL OR e.episode_id = ANY(CAST(:ids AS bigint[])))
  AND (CAST(:area AS integer) IS NULL
       OR e.area_id IN (SELECT c.descendant_id FROM area_closure c WHERE c.ancestor_id = CAST(:area AS integer)))
  AND (e.closed_at IS NULL OR e.closed_at >= CAST(:closed_since AS timestamptz))
ORDER BY e.closed_at IS NOT NULL, e.severity, e.s NULLS LAST, e.episode_id
