-- Whether a job (or a job for one feed) is in the schedule and may be asked for by name.
-- params: job
-- grain: at most one row
SELECT j.name FROM job j
WHERE NOT j.asked_only AND (j.name = CAST(:job AS text) OR (j.takes_feed AND EXISTS (
    SELECT FROM feed f WHERE j.name || '\:' || f.feed_id = CAST(:job AS text))))
