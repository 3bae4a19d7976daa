-- The report of an area, period and language on a publication that the reader may see, the whole one first.
-- params: area, period, start, language, p
-- grain: at most one report
SELECT report_id, missing FROM report
WHERE area_id = :area AND period = :period AND start = :start AND language = :language AND publication_id = :p
ORDER BY missing = '{}' DESC, report_id DESC
LIMIT 1
