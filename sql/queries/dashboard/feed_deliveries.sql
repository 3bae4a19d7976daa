-- What each feed delivered that stands since a day, and its very first delivery, as row-level security lets the user see it.
-- params: since
-- grain: one file
SELECT feed_id, first_day, last_day, loaded_at
FROM (SELECT f.feed_id, f.first_day, f.last_day, f.loaded_at,
             row_number() OVER (PARTITION BY f.feed_id ORDER BY f.loaded_at, f.file_id) AS turn
      FROM file f
      WHERE f.state IN ('loaded', 'superseded') AND f.first_day IS NOT NULL) AS delivered
WHERE turn = 1 OR last_day >= CAST(:since AS date)
ORDER BY feed_id, loaded_at
