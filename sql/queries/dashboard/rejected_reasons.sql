-- The most frequent reasons for refusing a row, as row-level security lets the user see them.
-- params: most
-- grain: one feed, reason and column
SELECT f.feed_id, r.code, r.column_name, count(*) AS faults, count(DISTINCT (r.file_id, r.line)) AS rows,
       min(r.reason_zh) AS reason_zh, min(r.reason_en) AS reason_en
FROM rejected_row r JOIN file f USING (file_id)
GROUP BY f.feed_id, r.code, r.column_name
ORDER BY faults DESC, f.feed_id, r.code, r.column_name
LIMIT :most
