-- Publications that were lost after their ratios had been committed.
-- params: none
-- grain: one publication
SELECT publication_id FROM ratio_written WHERE publication_id NOT IN (SELECT publication_id FROM publication)
