-- Add an indicator or bring its definition up to date; its number stays.
-- params: code, name_zh, name_en, short_zh, short_en, unit, direction, kind, line_id, business, headline, fact, numerator, denominator, factor, decimals, minimum_base, author, checked_by, reviewed_on, review_due, definition_zh, definition_en
-- grain: one indicator
INSERT INTO indicator (code, name_zh, name_en, short_zh, short_en, unit, direction, kind, line_id, business, headline, fact,
                       numerator, denominator, factor, decimals, minimum_base, author, checked_by, reviewed_on, review_due,
                       definition_zh, definition_en)
VALUES (:code, :name_zh, :name_en, :short_zh, :short_en, :unit, :direction, :kind, :line_id, :business, :headline, :fact,
        :numerator, :denominator, :factor, :decimals, :minimum_base, :author, :checked_by, CAST(:reviewed_on AS date),
        CAST(:review_due AS date), :definition_zh, :definition_en)
ON CONFLICT (code) DO UPDATE
SET name_zh = excluded.name_zh, name_en = excluded.name_en, short_zh = excluded.short_zh, short_en = excluded.short_en,
    unit = excluded.unit, direction = excluded.direction, kind = excluded.kind, line_id = excluded.line_id,
    business = excluded.business, headline = excluded.headline, fact = excluded.fact, numerator = excluded.numerator,
    denominator = excluded.denominator, factor = excluded.factor, decimals = excluded.decimals,
    minimum_base = excluded.minimum_base, author = excluded.author, checked_by = excluded.checked_by,
    reviewed_on = excluded.reviewed_on, review_due = excluded.review_due,
    definition_zh = excluded.definition_zh, definition_en = excluded.definition_en
