-- The values the cuts take, among the facts read.
-- params: none
-- grain: one cut and value
INSERT INTO rollup_value (value_id, cut, value)
SELECT row_number() OVER (ORDER BY cut <> 'all', cut, value) - 1, cut, value
FROM (
    SELECT field.cut, field.value
    FROM rollup_profile p
    CROSS JOIN LATERAL (VALUES ('brand', p.brand), ('mode', p.mode), ('business', p.business),
        ('generation', p.generation), ('segment', p.segment), ('urban', p.urban), ('stage', p.stage),
        ('channel', p.channel), ('touchpoint', p.touchpoint)) AS field (cut, value)
    WHERE field.value IS NOT NULL
    UNION SELECT 'all', ''
) seen
