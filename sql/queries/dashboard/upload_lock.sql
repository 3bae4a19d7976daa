-- One upload at a time is measured and kept, so that two together do not pass their bounds.
-- params: none
-- grain: one row
SELECT pg_advisory_xact_lock(hashtext('uploads'))
