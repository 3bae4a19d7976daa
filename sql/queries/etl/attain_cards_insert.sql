-- Write the card scores that are new or read differently.
-- params: p
-- grain: one area, part and period
INSERT INTO card_score (plan_id, area_id, part, line_id, period, start, score, share, first_pub)
SELECT n.plan_id, n.area_id, n.part, n.line_id, n.period, n.start, n.score, n.share, :p
FROM card_new n
WHERE NOT EXISTS (SELECT FROM card_score a
                  WHERE (n.plan_id, n.area_id, n.period, n.start, n.part, n.line_id) = (a.plan_id, a.area_id, a.period, a.start, a.part, a.line_id)
                    AND a.last_pub = 2147483647)
