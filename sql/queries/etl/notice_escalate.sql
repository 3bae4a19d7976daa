-- Alerts that nobody took on in time go one level up, and the first time to the owning line.
-- params: now
-- grain: one event
WITH late AS (
    SELECT e.episode_id
    FROM episode e
    JOIN alert_rule r ON r.rule = e.rule AND r.version = e.version
    WHERE e.closed_at IS NULL AND e.acknowledged_at IS NULL AND e.state = 'firing'
      AND coalesce(e.escalated_at, e.opened_at) + make_interval(days => r.escalate_days) <= :now
      AND (EXISTS (SELECT FROM area_closure c
                   WHERE c.descendant_id = e.area_id AND c.depth = e.escalated + 1
                     AND c.valid_from <= CAST(:now AS date) AND c.valid_to > CAST(:now AS date))
           OR (e.escalated = 0 AND e.line_id IS NOT NULL))
      AND NOT EXISTS (SELECT FROM silence s
                      WHERE s.ended_at IS NULL AND s.until > :now
                        AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id))
    FOR UPDATE OF e SKIP LOCKED
), moved AS (
    UPDATE episode e SET escalated = e.escalated + 1, escalated_at = :now
    FROM late WHERE late.episode_id = e.episode_id
    RETURNING e.episode_id, e.latest, e.s, e.escalated
)
INSERT INTO episode_event (episode_id, what, at, start, s, detail)
SELECT episode_id, 'escalated', :now, latest, s, jsonb_build_object('levels', escalated) FROM moved
