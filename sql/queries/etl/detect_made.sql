-- This publication has been looked through.
-- params: p, now
-- grain: one publication
UPDATE publication SET detected_at = :now WHERE publication_id = :p
