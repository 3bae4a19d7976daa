-- What a run of reports is pinned to, and the days its publication holds.
-- params: run_id
-- grain: at most one run
SELECT r.publication_id, r.begun_at, p.data_from, p.data_to
FROM report_run r JOIN publication p USING (publication_id)
WHERE r.run_id = :run_id
