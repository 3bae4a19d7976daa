-- The last alert of a series that closed since a day.
-- params: rule, area, indicator (0 for none), subject, since
-- grain: at most one row
SELECT episode_id FROM episode
WHERE rule = :rule AND area_id = :area AND coalesce(indicator_id, 0) = :indicator AND subject = :subject
  AND closed >= CAST(:since AS date)
ORDER BY closed DESC, episode_id DESC LIMIT 1
