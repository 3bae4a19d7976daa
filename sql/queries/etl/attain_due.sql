-- The latest publication, if published plans were not judged on it yet; it is foretold first. ``since``: when it was made, or later
-- when a plan came into force on it, so that each plan has a run of its own.
-- params: none
-- grain: at most one row
SELECT publication_id, latest.published_at, data_from, data_to, months_changed, greatest(latest.published_at, asked.published_at) AS since
FROM (SELECT * FROM publication ORDER BY publication_id DESC LIMIT 1) latest
CROSS JOIN LATERAL (SELECT max(p.published_at) AS published_at, count(*) AS plans FROM plan p
                    WHERE p.status = 'published' AND p.start <= latest.data_to) asked
WHERE attained_at IS NULL AND forecast_at IS NOT NULL AND data_to IS NOT NULL AND asked.plans > 0
