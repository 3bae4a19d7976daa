-- Which roll-up values a profile counts in; own brand everywhere, competitors in the cut by brand alone.
-- params: none
-- grain: one profile, period and value
INSERT INTO profile_target (profile_id, level, top, period, value_id)
SELECT p.profile_id, plan.depth, plan.coarse_to + 1, plan.period, v.value_id
FROM rollup_profile p
CROSS JOIN LATERAL (VALUES ('all', ''), ('brand', p.brand), ('mode', p.mode), ('business', p.business),
    ('generation', p.generation), ('segment', p.segment), ('urban', p.urban), ('stage', p.stage),
    ('channel', p.channel), ('touchpoint', p.touchpoint)) AS field (cut, value)
JOIN rollup_value v ON v.cut = field.cut AND v.value = field.value
JOIN rollup_plan plan ON plan.cut = field.cut AND plan.depth > plan.coarse_to
WHERE p.own OR field.cut = 'brand'
