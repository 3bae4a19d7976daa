-- A kept report's bytes.
-- params: report_id
-- grain: at most one report
SELECT r.content, r.pages, r.sha256, r.period, r.start, r.language, a.code FROM report r JOIN area a USING (area_id)
WHERE r.report_id = :report_id
