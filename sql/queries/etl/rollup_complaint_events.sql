-- What own-brand complaints count as: received, closed, asked, resolved and repeats on the day they were opened; due and closed in
-- time on the day the limit ends, once that day has come. A repeat: same customer and second-level topic, more than an hour and at
-- most 30 days after an earlier one; it counts where and when the later one was opened.
-- params: first_day, last_day, repeat_days, repeat_hours, everywhere (false: only of the leaves that have a place)
-- grain: one measure, place, day and combination
INSERT INTO complaint_event (measure, place_id, day, profile_id, n)
WITH own AS (
    SELECT c.*, count(*) FILTER (WHERE c.customer IS NOT NULL) OVER (
               PARTITION BY c.customer, c.topic2 ORDER BY c.opened_at
               RANGE BETWEEN make_interval(days => CAST(:repeat_days AS integer)) PRECEDING
                     AND make_interval(hours => CAST(:repeat_hours AS integer), secs => 0.000001) PRECEDING) AS before,
           (SELECT max(day) FROM complaint) AS data_to
    FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own
    WHERE :everywhere OR c.area_id IN (SELECT area_id FROM leaf_place)
       OR c.customer IN (SELECT customer FROM complaint WHERE area_id IN (SELECT area_id FROM leaf_place))
),
event AS (
    SELECT measure, e.day, own.area_id, business, generation, segment, stage, channel, touchpoint_id
    FROM own
    CROSS JOIN LATERAL (VALUES
        ('received', own.day, true), ('closed', own.day, status = 'closed'), ('asked', own.day, resolved IS NOT NULL),
        ('resolved', own.day, resolved), ('repeats', own.day, before > 0),
        ('due', CAST(due_at AS date), CAST(due_at AS date) <= data_to),
        ('closed_in_time', CAST(due_at AS date), CAST(due_at AS date) <= data_to AND closed_at <= due_at)
    ) AS e (measure, day, counts)
    WHERE e.counts AND e.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
)
SELECT e.measure, l.place_id, e.day, p.profile_id, count(*)
FROM event e
JOIN area a USING (area_id)
LEFT JOIN touchpoint t USING (touchpoint_id)
JOIN leaf_place l ON l.area_id = e.area_id AND least(e.day, a.valid_to - 1) >= l.valid_from
 AND least(e.day, a.valid_to - 1) < l.valid_to
JOIN rollup_profile p ON p.key = ARRAY[NULL, NULL, e.business, e.generation, e.segment,
     CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, e.stage, e.channel, coalesce(t.kind, 'none')]
WHERE e.day IN (SELECT day FROM span_day)
GROUP BY e.measure, l.place_id, e.day, p.profile_id
