-- These events were made into notices.
-- params: ids, now
-- grain: one event
INSERT INTO episode_event_heard (event_id, heard_at) SELECT unnest(CAST(:ids AS bigint[])), :now ON CONFLICT DO NOTHING
