-- A kept report's bytes.
-- params: report_id
-- grain: at most one report
SELECT content, sha256, title FROM report WHERE report_id = :report_id
