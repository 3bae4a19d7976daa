-- Every indicator with its owner line, as pages name and explain them.
-- params: none
-- grain: one indicator
SELECT i.indicator_id, i.code, i.name_zh, i.name_en, i.short_zh, i.short_en, i.unit, i.direction, i.kind, i.business,
       i.headline, i.fact, i.factor, i.decimals, i.minimum_base, i.numerator, i.denominator, i.reviewed_on, i.review_due,
       i.author, i.checked_by, i.definition_zh, i.definition_en,
       i.line_id, l.name_zh AS line_zh, l.name_en AS line_en, l.position AS line_position
FROM indicator i JOIN line l USING (line_id)
ORDER BY i.headline NULLS LAST, l.position, i.indicator_id
