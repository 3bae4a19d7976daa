-- Fast lane 即评即改: a low answer after a service, or a red-line complaint, becomes a task as soon as its file is loaded.
-- What a task came from is told once, however often its row is delivered.
ALTER TABLE task ADD COLUMN origin text, ADD COLUMN title_en text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX task_origin ON task (origin);
ALTER TABLE file ADD COLUMN lane_at timestamptz;  -- when its rows were looked through for the fast lane
UPDATE file SET lane_at = now();
CREATE INDEX file_lane ON file (file_id) WHERE lane_at IS NULL AND state = 'loaded';

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('fast_lane_score', 33.4, DATE '2020-01-01', '即评即改：服务后评价折百分不高于此值即派单（1–10 分制为 4 分及以下）',
     'fast lane: an answer after a service at or below this (0–100; 4 or less of 10) becomes a task'),
    ('fast_lane_days', 3, DATE '2020-01-01', '即评即改：只看最近几天的评价与投诉，补传的历史数据不派单',
     'fast lane: only answers and complaints of the last days; history delivered late makes no task'),
    ('fast_lane_due_days', 2, DATE '2020-01-01', '即评即改工单的时限（天）', 'fast lane: days until such a task is due')
ON CONFLICT DO NOTHING;
