-- What happened to alerts and was not made into notices yet, with the silence that holds it, if one does at the moment.
-- params: now
-- grain: one event
SELECT v.event_id, v.episode_id, v.what, v.at, e.area_id, e.line_id, e.severity, e.escalated, e.closed_at IS NOT NULL AS closed,
       r.recipients, (
           SELECT max(s.silence_id) FROM silence s
           WHERE s.ended_at IS NULL AND s.until > :now AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id)
       ) AS silence_id
FROM episode_event v
JOIN episode e USING (episode_id)
JOIN alert_rule r ON r.rule = e.rule AND r.version = e.version
WHERE v.what IN ('fired', 'reopened', 'worsened', 'escalated', 'recovered')
  AND NOT EXISTS (SELECT FROM episode_event_heard h WHERE h.event_id = v.event_id)
ORDER BY v.event_id
