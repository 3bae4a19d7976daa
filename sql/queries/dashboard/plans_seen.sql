-- The plans of a tree, those in force first, then the newest.
-- params: root (area)
-- grain: one plan
SELECT plan_id, area_id, period, start, tree_day, publication_id, base_start, status, version, made_by, made_at, published_at
FROM plan WHERE area_id = :root AND status <> 'withdrawn'
ORDER BY status = 'superseded', start DESC, status <> 'published', plan_id DESC
