-- A new plan.
-- params: root, period, start, tree_day, p, base, by
-- grain: one plan
INSERT INTO plan (area_id, period, start, tree_day, publication_id, base_start, made_by)
VALUES (:root, :period, CAST(:start AS date), CAST(:tree_day AS date), :p, CAST(:base AS date), :by)
RETURNING plan_id
