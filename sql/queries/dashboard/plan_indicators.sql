-- How each indicator of a plan is shared out in one version, and what is asked of the root where the user may see that.
-- params: plan, version
-- grain: one indicator
SELECT q.indicator_id, q.role, q.mode, q.ceiling, q.rational, q.challenge, q.lead, k.asked, k.rival, k.status, k.attainable, k.shortfall
FROM plan_indicator q
LEFT JOIN plan_asked k ON k.plan_id = q.plan_id AND k.indicator_id = q.indicator_id
 AND k.first_version <= :version AND k.last_version > :version
WHERE q.plan_id = :plan AND q.first_version <= :version AND q.last_version > :version
