-- The files whose rows lie inside a cell, those with most rows first, as far as the reader may know them (see the function).
-- params: area, indicator, first, last, until, most
-- grain: one file (files and all_rows count those beyond :most too)
SELECT file_id, feed_id, name, received_at, "rows", files, all_rows
FROM files_of_cell(CAST(:area AS integer), CAST(:indicator AS integer), CAST(:first AS date), CAST(:last AS date),
                   CAST(:until AS timestamptz), CAST(:most AS integer))
