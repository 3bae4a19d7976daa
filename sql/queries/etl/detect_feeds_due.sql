-- An incident of a feed without its alert, or an alert of a feed without its incident, where such alerts are looked for at all.
-- params: none
-- grain: at most one row
SELECT 1 AS due
WHERE EXISTS (SELECT FROM publication WHERE data_to IS NOT NULL)
  AND EXISTS (SELECT FROM (SELECT DISTINCT ON (rule) kind, enabled FROM alert_rule ORDER BY rule, version DESC) r
              WHERE r.kind = 'feed' AND r.enabled)
  AND (EXISTS (SELECT FROM incident i
               WHERE i.kind IN ('overdue', 'refused') AND i.closed_at IS NULL
                 AND NOT EXISTS (SELECT FROM episode e
                                 WHERE e.kind = 'feed' AND e.subject = i.kind || ':' || i.subject AND e.closed_at IS NULL))
       OR EXISTS (SELECT FROM episode e
                  WHERE e.kind = 'feed' AND e.closed_at IS NULL
                    AND NOT EXISTS (SELECT FROM incident i
                                    WHERE e.subject = i.kind || ':' || i.subject AND i.closed_at IS NULL)))
