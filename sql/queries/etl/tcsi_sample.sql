-- The sample of a business and year: each respondent's weight and answers in the order of the items, null where not answered.
-- params: business, year, items (ids)
-- grain: one respondent
SELECT r.weight, array_agg(t.raw ORDER BY i.position) AS answers
FROM (SELECT DISTINCT response_id, month, weight FROM tcsi_answer
      WHERE business = :business AND year = :year AND indicator_id = ANY(CAST(:items AS smallint[]))) r
CROSS JOIN unnest(CAST(:items AS smallint[])) WITH ORDINALITY AS i (indicator_id, position)
LEFT JOIN tcsi_answer t ON t.response_id = r.response_id AND t.month = r.month AND t.indicator_id = i.indicator_id
 AND t.business = :business AND t.year = :year
GROUP BY r.response_id, r.month, r.weight
ORDER BY r.response_id, r.month
