-- Withdraw a declared event.
-- params: event_id
-- grain: one row: whether there was one
SELECT withdraw_event(CAST(:event_id AS bigint)) AS withdrawn
