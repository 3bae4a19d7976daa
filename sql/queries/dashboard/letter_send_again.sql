-- Send a letter again that is unknown, failed or came back; who minds letters says so.
-- params: letter_id
-- grain: one row: whether it will be
SELECT send_again(CAST(:letter_id AS bigint)) AS done
