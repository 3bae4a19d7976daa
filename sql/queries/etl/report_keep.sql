-- Keep a report as it was made; a whole one that is there already stays as it is.
-- params: area_id, period, start, language, p, reader_id, title, pages, said, missing, glyphless, seconds, now, sha256, bytes, content
-- grain: at most one report
INSERT INTO report (area_id, period, start, language, publication_id, reader_id, title, pages, said, missing, glyphless, seconds, made_at,
                    sha256, bytes, content)
VALUES (:area_id, :period, :start, :language, :p, :reader_id, :title, :pages, CAST(:said AS text[]), CAST(:missing AS text[]), CAST(:glyphless AS text[]),
        :seconds, :now, :sha256, :bytes, :content)
ON CONFLICT DO NOTHING
RETURNING report_id
