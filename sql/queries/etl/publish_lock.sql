-- One publication at a time, whoever starts it; held until its transaction ends.
-- params: none
-- grain: one row
SELECT pg_advisory_xact_lock(hashtext('manyi publication'))
