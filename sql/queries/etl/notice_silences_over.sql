-- Silences that have ended and whose end was not told: who heard before of what still stands open beneath them.
-- params: now
-- grain: one silence, person and episode; a silence without any has nulls
SELECT s.silence_id, n.user_id, n.episode_id, e.area_id, e.severity
FROM silence s
LEFT JOIN (
    episode e JOIN (SELECT DISTINCT user_id, episode_id FROM notice WHERE told_at IS NOT NULL) n USING (episode_id)
) ON e.closed_at IS NULL AND e.acknowledged_at IS NULL AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id)
WHERE s.digested_at IS NULL AND (s.ended_at IS NOT NULL OR s.until <= :now)
