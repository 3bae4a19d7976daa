-- The latest publication, if an incident of a feed stands without its alert, or an alert of a feed without its incident.
-- params: none
-- grain: at most one row
SELECT p.publication_id, i.opened_at AS published_at
FROM (SELECT * FROM publication ORDER BY publication_id DESC LIMIT 1) p
CROSS JOIN LATERAL (
    SELECT i.opened_at FROM incident i
    WHERE i.kind IN ('overdue', 'refused') AND i.closed_at IS NULL AND p.data_to IS NOT NULL
      AND NOT EXISTS (SELECT FROM episode e WHERE e.kind = 'feed' AND e.subject = i.kind || ':' || i.subject AND e.closed_at IS NULL)
    UNION ALL
    SELECT coalesce((SELECT max(i.closed_at) FROM incident i WHERE e.subject = i.kind || ':' || i.subject), now())
    FROM episode e
    WHERE e.kind = 'feed' AND e.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM incident i WHERE e.subject = i.kind || ':' || i.subject AND i.closed_at IS NULL)
) i
WHERE EXISTS (SELECT FROM (SELECT DISTINCT ON (rule) kind, enabled FROM alert_rule ORDER BY rule, version DESC) r
              WHERE r.kind = 'feed' AND r.enabled)
LIMIT 1
