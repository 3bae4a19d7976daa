-- A slope given by hand, from a day on; said again for the same day it replaces the former.
-- params: outcome, process (codes), slope, day, author, reason
-- grain: one outcome and process
INSERT INTO driver_by_hand (outcome_id, process_id, slope, valid_from, author, reason)
SELECT o.indicator_id, d.indicator_id, :slope, CAST(:day AS date), :author, :reason
FROM indicator o, indicator d
WHERE o.code = :outcome AND o.headline IS NOT NULL AND d.code = :process AND d.kind = 'process'
ON CONFLICT (outcome_id, process_id, valid_from) DO UPDATE
SET slope = excluded.slope, author = excluded.author, reason = excluded.reason
