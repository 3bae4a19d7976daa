-- The first version of a plan, and its first step.
-- params: plan, root, by, note
-- grain: one step
WITH first AS (INSERT INTO plan_version (plan_id, version, area_id, by, note) VALUES (:plan, 1, :root, :by, :note))
INSERT INTO plan_step (plan_id, version, area_id, action, side, note, by) VALUES (:plan, 1, :root, 'propose', 'above', :note, :by)
