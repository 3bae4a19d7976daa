-- What each feed has delivered, as row-level security lets the user see it.
-- params: none
-- grain: one feed with files
SELECT f.feed_id, d.kind,
       count(*) AS files, count(*) FILTER (WHERE f.state = 'refused') AS refused,
       sum(f.read_rows) AS read_rows, sum(f.accepted_rows) AS accepted_rows, sum(f.rejected_rows) AS rejected_rows,
       sum(f.duplicate_rows) AS duplicate_rows,
       max(f.last_day) FILTER (WHERE f.state = 'loaded') AS last_day, max(f.received_at) AS received_at
FROM file f JOIN feed d USING (feed_id)
GROUP BY f.feed_id, d.kind
ORDER BY f.feed_id
