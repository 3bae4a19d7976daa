-- The reports that are kept, the newest first; all parameters but most may be null.
-- params: code, period, start, most
-- grain: one report
SELECT r.report_id, a.code AS area, a.name_zh, a.name_en, r.period, r.start, r.language, r.publication_id, u.login AS reader, r.title,
       r.pages, r.bytes, r.missing, r.glyphless, round(CAST(r.seconds AS numeric), 2) AS seconds, r.made_at, r.sha256
FROM report r
JOIN area a USING (area_id)
LEFT JOIN app_user u ON u.user_id = r.reader_id
WHERE (CAST(:code AS text) IS NULL OR a.code = :code)
  AND (CAST(:period AS text) IS NULL OR r.period = :period AND r.start = :start)
ORDER BY r.report_id DESC
LIMIT :most
