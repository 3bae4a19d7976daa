-- The jobs of the schedule, those for one feed each also by feed, with their pause and their last run, as row-level
-- security lets the user see them.
-- params: none
-- grain: one job (with its subject)
WITH listed AS (
    SELECT j.name AS job, j.place, '' AS feed_id FROM job j
    UNION ALL
    SELECT j.name || '\:' || f.feed_id, j.place, f.feed_id FROM job j CROSS JOIN feed f WHERE j.takes_feed
)
SELECT l.job, l.feed_id, j.title_zh, j.title_en, f.declaration, j.cron, j.asked_only, j.takes_feed, j.next_at, j.seen_at,
       p.paused_at, p.paused_by, r.run_id, r.state, r.scheduled_for, r.started_at, r.finished_at, r.error_zh, r.error_en
FROM listed l
JOIN job j ON j.name = split_part(l.job, '\:', 1)
LEFT JOIN feed f ON f.feed_id = l.feed_id
LEFT JOIN job_pause p ON p.job = l.job
LEFT JOIN LATERAL (SELECT * FROM job_run r WHERE r.job = l.job ORDER BY r.scheduled_for DESC, r.run_id DESC LIMIT 1) r ON true
ORDER BY l.place, l.feed_id
