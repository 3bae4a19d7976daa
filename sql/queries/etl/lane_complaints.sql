-- Own customers' open red-line complaints in one file become tasks of the complaint line.
-- params: file_id, since, due_on, line_id
-- grain: one complaint
INSERT INTO task (kind, title, title_en, area_id, line_id, due_on, origin, source)
SELECT 'red_line', '红线投诉：' || c.number, 'Red-line complaint: ' || c.number, c.area_id, :line_id, :due_on,
       'complaint ' || c.complaint_id,
       jsonb_build_object('file_id', c.file_id, 'complaint_id', c.complaint_id, 'day', c.day, 'number', c.number,
                          'topic2', c.topic2)
FROM complaint c
JOIN brand b ON b.brand = c.brand AND b.own
WHERE c.file_id = :file_id AND c.day >= :since AND c.topic1 = 'red_line' AND c.status = 'open'
ON CONFLICT (origin) DO NOTHING
