-- fail
-- zh: 已发布目标逐级加权后等于上级：未取整到 1e-9，显示值到 0.01
-- en: published targets, weighted, make those above them: to 1e-9 unrounded, to 0.01 as displayed
SELECT v.plan_id, v.indicator_id, v.area_id, v.target, sum(c.weight * c.target) / sum(c.weight) AS of_children, v.displayed,
       sum(c.weight * c.displayed) / sum(c.weight) AS displayed_of_children
FROM plan p
JOIN plan_target v ON v.plan_id = p.plan_id AND v.first_version <= p.version AND v.last_version > p.version
JOIN plan_target c ON c.plan_id = p.plan_id AND c.indicator_id = v.indicator_id AND c.parent_id = v.area_id
                  AND c.first_version <= p.version AND c.last_version > p.version
WHERE p.status = 'published'
GROUP BY v.plan_id, v.indicator_id, v.area_id, v.target, v.displayed
HAVING sum(c.weight) > 0 AND (abs(sum(c.weight * c.target) / sum(c.weight) - v.target) > 1e-9 * greatest(1, abs(v.target))
       OR abs(sum(c.weight * c.displayed) / sum(c.weight) - v.displayed) > 0.01)
