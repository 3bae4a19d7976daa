-- What became of the reports the reader asked for, the newest first, and when a schedule was last awake.
-- params: none
-- grain: one run
SELECT q.run_id, q.asked, q.state, q.scheduled_for, q.finished_at, q.outcome, q.error_zh, q.error_en, a.name_zh, a.name_en
FROM asked_reports() q
LEFT JOIN area a ON a.code = q.asked->>'area'
ORDER BY q.scheduled_for DESC
