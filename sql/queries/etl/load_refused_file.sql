-- Note a file that was refused whole, and why; the number of an earlier refusal of the same bytes is kept.
-- params: feed_id, file_name, slot, sha256, bytes, read_rows, reason_zh, reason_en, file_id (null for a new number),
-- now (null: by the store's clock)
-- grain: one file
INSERT INTO file (file_id, feed_id, name, slot, sha256, bytes, state, read_rows, rejected_rows, reason_zh, reason_en, seconds,
                  received_at)
OVERRIDING SYSTEM VALUE
VALUES (coalesce(CAST(:file_id AS integer), nextval(pg_get_serial_sequence('file', 'file_id'))), :feed_id, :file_name, :slot,
        :sha256, :bytes, 'refused', :read_rows, :read_rows, :reason_zh, :reason_en,
        extract(epoch FROM clock_timestamp() - now()), coalesce(CAST(:now AS timestamptz), now()))
RETURNING file_id
