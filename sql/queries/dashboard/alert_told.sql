-- Who was told what of an alert, and who will be.
-- params: id
-- grain: one notice
SELECT at, what, name, login, channel, state, due_at, held, lapsed FROM told_of(CAST(:id AS bigint))
