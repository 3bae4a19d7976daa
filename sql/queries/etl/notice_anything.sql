-- Whether there may be something to tell: events unheard, notices due, alerts to go up, silences over.
-- params: now, minutes
-- grain: one row
SELECT EXISTS (SELECT FROM episode_event v
               WHERE v.what IN ('fired', 'reopened', 'worsened', 'escalated', 'recovered')
                 AND NOT EXISTS (SELECT FROM episode_event_heard h WHERE h.event_id = v.event_id))
    OR EXISTS (SELECT FROM notice n LEFT JOIN silence s USING (silence_id)
               WHERE n.told_at IS NULL AND n.lapsed IS NULL AND n.due_at <= :now
                 AND (n.silence_id IS NULL OR s.ended_at IS NOT NULL OR s.until <= :now)
                 AND NOT EXISTS (SELECT FROM letter l
                                 WHERE l.user_id = n.user_id AND l.kind IN ('alert', 'recovered', 'digest')
                                   AND l.created_at > CAST(:now AS timestamptz) - make_interval(mins => :minutes)))
    OR EXISTS (SELECT FROM silence s WHERE s.digested_at IS NULL AND (s.ended_at IS NOT NULL OR s.until <= :now)) AS anything
