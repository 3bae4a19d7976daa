-- What became of a letter.
-- params: letter_id
-- grain: one letter
SELECT state, said, attempts, next_at FROM letter WHERE letter_id = :letter_id
