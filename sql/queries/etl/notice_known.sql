-- What people know of alerts: a letter that never arrived told nobody.
-- params: episodes
-- grain: one person and episode
SELECT n.user_id, n.episode_id,
       bool_or(n.what IN ('fired', 'reopened') AND n.lapsed IS NULL) AS opened,
       bool_or(n.told_at IS NOT NULL AND coalesce(l.state, 'sent') NOT IN ('refused', 'failed', 'bounced')) AS told,
       bool_or(n.what = 'recovered') AS ended
FROM notice n LEFT JOIN letter l USING (letter_id)
WHERE n.episode_id = ANY(:episodes)
GROUP BY n.user_id, n.episode_id
