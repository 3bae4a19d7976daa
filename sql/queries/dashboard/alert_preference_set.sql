-- The reader chooses how to be told.
-- params: channel, urgent, important, notable, digest_at, quiet_from, quiet_until, below
-- grain: one row
INSERT INTO alert_preference AS p (user_id, channel, urgent, important, notable, digest_at, quiet_from, quiet_until, below, changed_at)
VALUES (scope_user(), :channel, :urgent, :important, :notable, CAST(:digest_at AS time), CAST(:quiet_from AS time),
        CAST(:quiet_until AS time), CAST(:below AS smallint), now())
ON CONFLICT (user_id) DO UPDATE
SET channel = excluded.channel, urgent = excluded.urgent, important = excluded.important, notable = excluded.notable,
    digest_at = excluded.digest_at, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, below = excluded.below,
    changed_at = excluded.changed_at
