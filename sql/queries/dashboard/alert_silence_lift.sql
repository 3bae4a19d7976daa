-- Lift a silence before its time.
-- params: silence_id
-- grain: one row: whether there was one
SELECT lift_silence(CAST(:silence_id AS bigint)) AS lifted
