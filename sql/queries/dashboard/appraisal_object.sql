-- Object to a score of the own area, or of the own line.
-- params: appraisal, area, part, line, note
-- grain: one objection
SELECT appraisal_object(CAST(:appraisal AS integer), CAST(:area AS integer), :part, :line, :note) AS objection
