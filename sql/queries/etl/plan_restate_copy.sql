-- A plan for the same period and from the same baselines, on another day's tree.
-- params: plan, day, by
-- grain: one plan
INSERT INTO plan (area_id, period, start, tree_day, publication_id, base_start, made_by)
SELECT area_id, period, start, CAST(:day AS date), publication_id, base_start, :by FROM plan WHERE plan_id = :plan
RETURNING plan_id
