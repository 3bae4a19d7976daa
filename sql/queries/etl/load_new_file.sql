-- Open the row of a file that is being taken; its counts come at the end of the transaction.
-- params: feed_id, file_name, slot, sha256, bytes
-- grain: one file
INSERT INTO file (feed_id, name, slot, sha256, bytes, state, loaded_at)
VALUES (:feed_id, :file_name, :slot, :sha256, :bytes, 'loaded', now())
RETURNING file_id
