-- The schedule tells a job of its plan.
-- params: job, place, title_zh, title_en, cron, takes_feed, asked_only, next_at, now
-- grain: one job
INSERT INTO job (name, place, title_zh, title_en, cron, takes_feed, asked_only, next_at, seen_at)
VALUES (:job, :place, :title_zh, :title_en, :cron, :takes_feed, :asked_only, :next_at, :now)
ON CONFLICT (name) DO UPDATE SET
    place = EXCLUDED.place, title_zh = EXCLUDED.title_zh, title_en = EXCLUDED.title_en, cron = EXCLUDED.cron,
    takes_feed = EXCLUDED.takes_feed, asked_only = EXCLUDED.asked_only, next_at = EXCLUDED.next_at, seen_at = EXCLUDED.seen_at
