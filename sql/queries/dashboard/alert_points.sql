-- The series behind alerts, period by period: readings, what was expected, the statistic and its limit.
-- params: ids
-- grain: one period of an episode
SELECT episode_id, start, value, n_eff, expected, s, limit_s, tested
FROM episode_point
WHERE episode_id = ANY(CAST(:ids AS bigint[]))
ORDER BY episode_id, start
