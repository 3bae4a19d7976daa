-- What a silence covers by now waits for its end, whenever it was made a notice.
-- params: now
-- grain: one notice
UPDATE notice n
SET silence_id = s.silence_id
FROM episode e, silence s
WHERE e.episode_id = n.episode_id AND n.told_at IS NULL AND n.lapsed IS NULL AND n.due_at <= :now
  AND s.ended_at IS NULL AND s.until > :now AND s.silence_id IS DISTINCT FROM n.silence_id
  AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id)
