-- The card scores of some areas in one period, as one publication made them.
-- params: p, plan, areas, period, start
-- grain: one area and part
SELECT area_id, part, line_id, score, share FROM card_score
WHERE plan_id = :plan AND area_id = ANY(CAST(:areas AS integer[])) AND period = :period AND start = CAST(:start AS date)
  AND first_pub <= :p AND last_pub > :p
