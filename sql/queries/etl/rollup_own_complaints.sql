-- The own brand's complaints that were opened, or whose limit ends, in a stretch of days, and whether each repeats an earlier one: same
-- customer and second-level topic, more than an hour and at most 30 days after. Other months are asked for limits alone, by their key.
-- params: first_day, last_day, repeat_days, repeat_hours, everywhere (false: only of the leaves that have a place)
-- grain: one complaint
INSERT INTO own_complaint (area_id, valid_to, day, due_day, before, status, resolved, in_time, business, generation, segment, urban, stage,
                           channel, touchpoint)
WITH near AS (
    SELECT c.*, count(*) FILTER (WHERE c.customer IS NOT NULL) OVER (
               PARTITION BY c.customer, c.topic2 ORDER BY c.opened_at
               RANGE BETWEEN make_interval(days => CAST(:repeat_days AS integer)) PRECEDING
                     AND make_interval(hours => CAST(:repeat_hours AS integer), secs => 0.000001) PRECEDING) > 0 AS before
    FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own
    WHERE c.day BETWEEN CAST(:first_day AS date) - CAST(:repeat_days AS integer) - 1 AND CAST(:last_day AS date)
      AND (:everywhere OR c.area_id IN (SELECT area_id FROM leaf_place) OR c.customer IN (
           SELECT customer FROM complaint WHERE area_id IN (SELECT area_id FROM leaf_place)
           AND day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)))
),
chosen AS (
    SELECT * FROM near WHERE day >= CAST(:first_day AS date) OR due_at >= CAST(:first_day AS date)
    UNION ALL
    SELECT c.*, NULL
    FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own
    WHERE c.due_at >= CAST(:first_day AS date) AND c.due_at < CAST(:last_day AS date) + 1
      AND (c.day < CAST(:first_day AS date) - CAST(:repeat_days AS integer) - 1 OR c.day > CAST(:last_day AS date))
)
SELECT c.area_id, a.valid_to, day, CAST(due_at AS date), before, status, resolved, closed_at <= due_at, business, generation, segment,
       CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, stage, channel, coalesce(t.kind, 'none')
FROM chosen c
JOIN area a USING (area_id)
LEFT JOIN touchpoint t USING (touchpoint_id)
