-- A kept report without its bytes.
-- params: report_id
-- grain: at most one report
SELECT r.report_id, a.code, a.name_zh, a.name_en, r.period, r.start, r.language, r.publication_id, r.title, r.pages, r.bytes, r.said,
       r.missing, r.glyphless, r.made_at, r.sha256
FROM report r JOIN area a USING (area_id)
WHERE r.report_id = :report_id
