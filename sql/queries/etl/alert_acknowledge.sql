-- Take alerts on.
-- params: ids, owner, note
-- grain: one row
SELECT acknowledge_episodes(CAST(:ids AS bigint[]), :owner, :note) AS acknowledged
