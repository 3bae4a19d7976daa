-- The versions of a plan, the newest first; by whom, when and why only of those that speak of areas the reader knows.
-- params: plan
-- grain: one version
SELECT n.version, v.by, v.at, coalesce(v.note, '') AS note
FROM plan p CROSS JOIN LATERAL generate_series(1, p.version) AS n (version)
LEFT JOIN plan_version v ON v.plan_id = p.plan_id AND v.version = n.version
WHERE p.plan_id = :plan
ORDER BY n.version DESC
