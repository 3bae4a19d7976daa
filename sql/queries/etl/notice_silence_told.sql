-- The end of a silence was made into notices.
-- params: silence_id, now
-- grain: one silence
UPDATE silence SET digested_at = :now WHERE silence_id = :silence_id
