-- How often each raw score was given for some indicators in one area and period; no counts where the score is hidden.
-- params: p, area, indicators, period, start
-- grain: one indicator
SELECT indicator_id, n, counts
FROM score_shown
WHERE area_id = :area AND indicator_id = ANY(CAST(:indicators AS smallint[])) AND period = CAST(:period AS char(1))
  AND cut = 'all' AND value = '' AND start = CAST(:start AS date) AND first_pub <= :p AND last_pub > :p
