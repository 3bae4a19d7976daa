-- Estimates say two windows: the shortest that may be shown, whose direct and shrunken values they tell (window_length), and the
-- shortest that proves something, n_eff from 30 on, in which areas are ranked and weighed and benchmarks are made.
ALTER TABLE estimate ADD COLUMN proof_window smallint NOT NULL DEFAULT 1;
ALTER TABLE estimate ALTER COLUMN proof_window DROP DEFAULT;

-- What was estimated before is estimated anew with the next publication.
INSERT INTO touched (fact, month, file_id)
SELECT DISTINCT 'answer', CAST(date_trunc('month', CAST(start AS timestamp)) AS date), 0
FROM estimate WHERE period = 'm' AND last_pub = 2147483647
ON CONFLICT DO NOTHING;
