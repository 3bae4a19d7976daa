-- Write what became of a file's rows, and how long it took from its arrival.
-- params: file_id, read_rows, accepted_rows, rejected_rows, duplicate_rows, first_day, last_day, now (null: by
-- the store's clock)
-- grain: one file
UPDATE file
SET read_rows = :read_rows, accepted_rows = :accepted_rows, rejected_rows = :rejected_rows, duplicate_rows = :duplicate_rows,
    first_day = CAST(:first_day AS date), last_day = CAST(:last_day AS date),
    loaded_at = coalesce(CAST(:now AS timestamptz), clock_timestamp()), seconds = extract(epoch FROM clock_timestamp() - now())
WHERE file_id = :file_id
