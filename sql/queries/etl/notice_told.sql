-- These notices stand in a letter.
-- params: ids, letter_id, now
-- grain: one notice
UPDATE notice SET letter_id = :letter_id, told_at = :now WHERE notice_id = ANY(:ids)
