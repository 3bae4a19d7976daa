-- Make an improvement task of an open alert: 'made', or why not.
-- params: episode, words_zh, words_en, due, owner, note
-- grain: one row
SELECT make_alert_task(CAST(:episode AS bigint), :words_zh, :words_en, CAST(:due AS date), :owner, :note) AS outcome
