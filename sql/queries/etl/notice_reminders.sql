-- Who heard of an alert that nobody took on, and last heard of it so many days ago.
-- params: now, days
-- grain: one person and episode
SELECT n.user_id, n.episode_id, e.area_id, e.severity
FROM notice n
JOIN episode e USING (episode_id)
JOIN app_user u ON u.user_id = n.user_id AND NOT u.disabled
LEFT JOIN letter l USING (letter_id)
WHERE e.closed_at IS NULL AND e.acknowledged_at IS NULL AND e.state = 'firing'
  AND NOT EXISTS (SELECT FROM silence s
                  WHERE s.ended_at IS NULL AND s.until > :now AND silenced_by(s.silence_id, e.area_id, e.rule, e.indicator_id))
GROUP BY n.user_id, n.episode_id, e.area_id, e.severity
HAVING bool_and(n.told_at IS NOT NULL OR n.lapsed IS NOT NULL)
   AND max(n.told_at) FILTER (WHERE coalesce(l.state, 'sent') NOT IN ('refused', 'failed', 'bounced'))
       <= CAST(:now AS timestamptz) - make_interval(days => :days)
