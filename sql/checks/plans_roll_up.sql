-- fail
-- zh: 已发布目标逐级加权后等于上级：未取整到 1e-9，显示值到 0.01
-- en: published targets, weighted, make those above them: to 1e-9 unrounded, to 0.01 as displayed
SELECT p.plan_id, o.indicator_id, o.area_id, o.target, o.of_children, o.displayed, o.displayed_of_children
FROM plan p CROSS JOIN LATERAL plan_off(p.plan_id) o WHERE p.status = 'published'
