-- Take alerts on: those that are open, not taken on yet and the reader's to take.
-- params: ids, owner, note
-- grain: one row: how many were
SELECT acknowledge_episodes(CAST(:ids AS bigint[]), :owner, :note) AS done
