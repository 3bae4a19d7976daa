-- Close a period of a published plan for appraisal.
-- params: plan, kind, start
-- grain: one appraisal
SELECT appraisal_close(CAST(:plan AS integer), :kind, CAST(:start AS date)) AS appraisal
