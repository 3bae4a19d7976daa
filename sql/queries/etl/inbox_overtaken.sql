-- Whether a refused file has been overtaken by a later delivery that fills its slot.
-- params: feed_id, slot, sha256
-- grain: one row
SELECT EXISTS (
    SELECT 1 FROM file l
    WHERE l.feed_id = :feed_id AND l.slot = :slot AND l.state = 'loaded'
      AND l.loaded_at > COALESCE((SELECT max(r.received_at) FROM file r WHERE r.feed_id = :feed_id AND r.sha256 = :sha256
                                  AND r.state = 'refused'), '-infinity')
) AS overtaken
