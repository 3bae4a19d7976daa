-- What those complaints count as: received, closed, asked, resolved and repeats on the day they were opened; due and closed in time on
-- the day the limit ends, once that day has come. A repeat counts where and when the later one was opened.
-- params: first_day, last_day, data_to (the last day that has a complaint)
-- grain: one measure, place, day and combination
INSERT INTO complaint_event (measure, place_id, day, profile_id, n)
SELECT e.measure, l.place_id, e.day, p.profile_id, count(*)
FROM own_complaint c
CROSS JOIN LATERAL (VALUES
    ('received', c.day, true), ('closed', c.day, c.status = 'closed'), ('asked', c.day, c.resolved IS NOT NULL),
    ('resolved', c.day, c.resolved), ('repeats', c.day, c.before),
    ('due', c.due_day, c.due_day <= CAST(:data_to AS date)),
    ('closed_in_time', c.due_day, c.due_day <= CAST(:data_to AS date) AND c.in_time)
) AS e (measure, day, counts)
JOIN leaf_place l ON l.area_id = c.area_id AND least(e.day, c.valid_to - 1) >= l.valid_from AND least(e.day, c.valid_to - 1) < l.valid_to
JOIN rollup_profile p ON p.key = ARRAY[NULL, NULL, c.business, c.generation, c.segment, c.urban, c.stage, c.channel, c.touchpoint]
WHERE e.counts AND e.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date) AND e.day IN (SELECT day FROM span_day)
GROUP BY e.measure, l.place_id, e.day, p.profile_id
