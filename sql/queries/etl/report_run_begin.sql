-- Pin the newest publication to a run of reports that has none yet.
-- params: run_id, period, start, now
-- grain: at most one run
INSERT INTO report_run (run_id, period, start, publication_id, begun_at)
SELECT :run_id, :period, :start, publication_id, :now FROM publication WHERE data_to IS NOT NULL ORDER BY publication_id DESC LIMIT 1
ON CONFLICT DO NOTHING
