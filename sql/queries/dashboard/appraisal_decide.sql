-- Decide on an objection.
-- params: objection, how, score, note
-- grain: one objection
SELECT appraisal_decide(CAST(:objection AS bigint), :how, CAST(:score AS double precision), :note) AS version
