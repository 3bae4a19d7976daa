-- Write down what a publication holds.
-- params: p, months (changed)
-- grain: one publication
UPDATE publication SET
    months_changed = CAST(:months AS date[]),
    answers = (SELECT coalesce(sum(facts), 0) FROM fact_month WHERE fact = 'answer'),
    data_from = (SELECT min(first_day) FROM fact_month),
    data_to = (SELECT max(data_to) FROM coverage WHERE publication_id = :p)
WHERE publication_id = :p
RETURNING data_from, data_to, answers, months_changed
