-- Close the card scores that read differently now or are no more.
-- params: p
-- grain: one area, part and period
WITH gone AS (DELETE FROM card_score WHERE first_pub = :p)
UPDATE card_score a SET last_pub = :p
FROM attain_span s
WHERE (s.plan_id, s.period, s.start) = (a.plan_id, a.period, a.start) AND a.last_pub = 2147483647 AND a.first_pub < :p
  AND NOT EXISTS (
      SELECT FROM card_new n
      WHERE (n.plan_id, n.area_id, n.period, n.start, n.part, n.line_id) = (a.plan_id, a.area_id, a.period, a.start, a.part, a.line_id)
        AND (n.score, n.share) = (a.score, a.share))
