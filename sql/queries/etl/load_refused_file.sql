-- Note a file that was refused whole, and why.
-- params: feed_id, file_name, slot, sha256, bytes, read_rows, reason_zh, reason_en
-- grain: one file
INSERT INTO file (feed_id, name, slot, sha256, bytes, state, read_rows, rejected_rows, reason_zh, reason_en)
VALUES (:feed_id, :file_name, :slot, :sha256, :bytes, 'refused', :read_rows, :read_rows, :reason_zh, :reason_en)
RETURNING file_id
