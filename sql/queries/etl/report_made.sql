-- The whole report that was made already of an area, period, language and publication for a reader.
-- params: area_id, period, start, language, p, reader_id
-- grain: at most one report
SELECT report_id, title, bytes, sha256
FROM report
WHERE area_id = :area_id AND period = :period AND start = :start AND language = :language AND publication_id = :p
  AND coalesce(reader_id, 0) = coalesce(CAST(:reader_id AS integer), 0) AND missing = '{}'
