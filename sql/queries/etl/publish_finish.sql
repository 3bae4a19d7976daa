-- Write down what a publication holds.
-- params: p
-- grain: one publication
UPDATE publication SET
    months_changed = coalesce((SELECT array_agg(month ORDER BY month) FROM rollup_month), '{}'),
    answers = (SELECT count(*) FROM answer),
    data_from = (SELECT min(f.day) FROM area a CROSS JOIN LATERAL (  -- each area's first day from the keys, the oldest partitions first
                    (SELECT day FROM response WHERE area_id = a.area_id ORDER BY day LIMIT 1)
                    UNION ALL (SELECT day FROM complaint WHERE area_id = a.area_id ORDER BY day LIMIT 1)
                    UNION ALL (SELECT day FROM process_reading WHERE area_id = a.area_id ORDER BY day LIMIT 1)) f),
    data_to = (SELECT max(data_to) FROM coverage WHERE publication_id = :p)
WHERE publication_id = :p
RETURNING data_from, data_to, answers, months_changed
