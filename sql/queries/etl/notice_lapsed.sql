-- These notices are not told, and why.
-- params: ids, why
-- grain: one notice
UPDATE notice SET lapsed = :why WHERE notice_id = ANY(:ids)
