-- Every plan, the newest first.
-- params: plan (null for all)
-- grain: one plan
SELECT p.plan_id, a.code AS area, p.area_id, p.period, p.start, p.status, p.version, p.publication_id, p.base_start, p.tree_day, p.made_by,
       p.made_at, p.published_at,
       (SELECT count(*) FROM plan_indicator i WHERE i.plan_id = p.plan_id AND i.last_version > p.version AND i.role = 'outcome') AS outcomes,
       (SELECT count(*) FROM plan_indicator i WHERE i.plan_id = p.plan_id AND i.last_version > p.version AND i.role = 'process') AS processes,
       (SELECT count(*) FROM plan_target t WHERE t.plan_id = p.plan_id AND t.last_version > p.version) AS targets
FROM plan p JOIN area a USING (area_id)
WHERE CAST(:plan AS integer) IS NULL OR p.plan_id = :plan
ORDER BY p.plan_id DESC
