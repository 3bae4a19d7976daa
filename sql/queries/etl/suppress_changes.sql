-- Of the changed readings this publication tells of, keep to itself those of a score that is hidden, or moved by so few answers
-- that theirs could be worked out.
-- params: p (the publication being made)
-- grain: one area, indicator and period
UPDATE publication_change c SET old_reading = NULL, new_reading = NULL
FROM indicator i
WHERE i.indicator_id = c.indicator_id AND i.fact = 'answer' AND c.publication_id = :p
  AND (c.old_n < 5 OR coalesce(c.new_n, 0) < 5 OR abs(c.new_n - c.old_n) BETWEEN 1 AND 4
       OR EXISTS (SELECT FROM score_public r
                  WHERE r.area_id = c.area_id AND r.indicator_id = c.indicator_id AND r.period = c.period AND r.start = c.start
                    AND r.cut = 'all' AND r.value = '' AND r.hidden IS NOT NULL AND r.first_pub <= :p AND r.last_pub >= :p))
