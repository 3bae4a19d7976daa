-- The objections to an appraisal that the user may see, open ones first.
-- params: appraisal
-- grain: one objection
SELECT o.objection_id, o.area_id, a.code, a.name_zh, a.name_en, o.part, o.line_id, o.reason, o.by, o.at, o.decision, o.decided, o.score,
       o.decided_by, o.decided_at
FROM appraisal_objection o JOIN area a USING (area_id)
WHERE o.appraisal_id = :appraisal ORDER BY o.decision IS NOT NULL, o.at DESC
