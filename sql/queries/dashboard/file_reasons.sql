-- The faults of one file by column and reason, the most frequent first, each with its first lines and values.
-- params: file_id, samples, most
-- grain: one column and reason
SELECT column_name, code, count(*) AS faults, min(reason_zh) AS reason_zh, min(reason_en) AS reason_en,
       count(*) OVER () AS reasons_in_all,
       jsonb_agg(jsonb_build_object('line', line, 'value', value) ORDER BY line) FILTER (WHERE turn <= :samples) AS samples
FROM (SELECT r.*, row_number() OVER (PARTITION BY r.column_name, r.code ORDER BY r.line, r.fault) AS turn
      FROM rejected_row r WHERE r.file_id = :file_id) AS fault
GROUP BY column_name, code
ORDER BY count(*) DESC, column_name, code
LIMIT :most
