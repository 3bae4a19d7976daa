-- Mark the months whose facts a file changed, for the next roll-up.
-- params: fact, file_id, months (first days)
-- grain: one fact, month and file
INSERT INTO touched (fact, month, file_id)
SELECT :fact, m, :file_id FROM unnest(CAST(:months AS date[])) AS m
ON CONFLICT DO NOTHING
