-- Write down what a publication holds.
-- params: p
-- grain: one publication
UPDATE publication SET
    months_changed = coalesce((SELECT array_agg(month ORDER BY month) FROM rollup_month), '{}'),
    answers = (SELECT count(*) FROM answer),
    data_from = (SELECT min(day) FROM (SELECT min(day) AS day FROM response UNION ALL SELECT min(day) FROM complaint
                                       UNION ALL SELECT min(day) FROM process_reading) AS fact),
    data_to = (SELECT max(data_to) FROM coverage WHERE publication_id = :p)
WHERE publication_id = :p
RETURNING data_from, data_to, answers, months_changed
