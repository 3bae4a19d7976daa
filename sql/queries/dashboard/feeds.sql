-- Each declared feed, what it has delivered and its last file, as row-level security lets the user see it.
-- params: none
-- grain: one feed (the last file's columns are null while nothing came)
SELECT d.feed_id, d.kind, d.declaration, coalesce(s.files, 0) AS files, coalesce(s.refused, 0) AS refused,
       coalesce(s.read_rows, 0) AS read_rows, coalesce(s.accepted_rows, 0) AS accepted_rows,
       coalesce(s.rejected_rows, 0) AS rejected_rows, coalesce(s.duplicate_rows, 0) AS duplicate_rows, s.last_day,
       l.file_id, l.name, l.state, l.received_at, l.seconds
FROM feed d
LEFT JOIN (
    SELECT f.feed_id, count(*) AS files, count(*) FILTER (WHERE f.state = 'refused') AS refused,
           sum(f.read_rows) AS read_rows, sum(f.accepted_rows) AS accepted_rows, sum(f.rejected_rows) AS rejected_rows,
           sum(f.duplicate_rows) AS duplicate_rows, max(f.last_day) FILTER (WHERE f.state = 'loaded') AS last_day
    FROM file f GROUP BY f.feed_id
) s USING (feed_id)
LEFT JOIN (
    SELECT DISTINCT ON (f.feed_id) f.feed_id, f.file_id, f.name, f.state, f.received_at, f.seconds
    FROM file f ORDER BY f.feed_id, f.received_at DESC, f.file_id DESC
) l USING (feed_id)
ORDER BY d.kind, d.feed_id
