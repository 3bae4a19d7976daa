-- Lift a silence before its time.
-- params: silence
-- grain: one row
SELECT lift_silence(:silence) AS lifted
