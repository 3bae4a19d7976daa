-- Nobody is reminded of what somebody has taken on meanwhile, nor of what is over.
-- params: none
-- grain: one notice
UPDATE notice n SET lapsed = CASE WHEN e.closed_at IS NULL THEN 'taken_on' ELSE 'over' END
FROM episode e
WHERE e.episode_id = n.episode_id AND n.told_at IS NULL AND n.lapsed IS NULL
  AND (e.closed_at IS NOT NULL AND n.what IN ('escalated', 'reminded', 'still', 'worsened')
       OR e.acknowledged_at IS NOT NULL AND n.what IN ('escalated', 'reminded'))
