-- Open the row of a file that is being taken; its counts come at the end of the transaction.
-- params: feed_id, file_name, slot, sha256, bytes, now (null: by the store's clock)
-- grain: one file
INSERT INTO file (feed_id, name, slot, sha256, bytes, state, received_at, loaded_at)
VALUES (:feed_id, :file_name, :slot, :sha256, :bytes, 'loaded', coalesce(CAST(:now AS timestamptz), now()),
        coalesce(CAST(:now AS timestamptz), now()))
RETURNING file_id
