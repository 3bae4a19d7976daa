-- Own customers' low answers after a service in one file become tasks of the line that owns the lowest answer.
-- params: file_id, since, low, due_on
-- grain: one response
INSERT INTO task (kind, title, title_en, area_id, line_id, due_on, origin, source)
SELECT 'low_answer', '即评即改：' || i.name_zh || ' ' || w.raw, 'Low answer: ' || i.name_en || ' ' || w.raw,
       r.area_id, i.line_id, :due_on, 'answer ' || r.response_id,
       jsonb_build_object('file_id', r.file_id, 'response_id', r.response_id, 'day', r.day, 'indicator', i.code, 'raw', w.raw,
                          'scale', w.scale, 'touchpoint_id', r.touchpoint_id, 'channel', r.channel)
FROM response r
JOIN brand b ON b.brand = r.brand AND b.own
CROSS JOIN LATERAL (
    SELECT a.indicator_id, a.raw, a.scale
    FROM answer a JOIN indicator k USING (indicator_id)
    WHERE a.area_id = r.area_id AND a.day = r.day AND a.response_id = r.response_id AND k.kind = 'outcome' AND a.score <= :low
    ORDER BY a.score, a.indicator_id
    LIMIT 1) w
JOIN indicator i USING (indicator_id)
WHERE r.file_id = :file_id AND r.day >= :since AND r.mode = 'scene'
ON CONFLICT (origin) DO NOTHING
