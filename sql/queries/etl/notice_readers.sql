-- Whose notices are due, unless the last letter on alerts is too fresh.
-- params: now, minutes
-- grain: one person
SELECT DISTINCT n.user_id
FROM notice n LEFT JOIN silence s USING (silence_id)
WHERE n.told_at IS NULL AND n.lapsed IS NULL AND n.due_at <= :now
  AND (n.silence_id IS NULL OR s.ended_at IS NOT NULL OR s.until <= :now)
  AND NOT EXISTS (SELECT FROM letter l
                  WHERE l.user_id = n.user_id AND l.kind IN ('alert', 'recovered', 'digest')
                    AND l.created_at > CAST(:now AS timestamptz) - make_interval(mins => :minutes))
ORDER BY n.user_id
