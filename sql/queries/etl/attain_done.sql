-- Published plans were judged on this publication.
-- params: p
-- grain: one publication
UPDATE publication SET attained_at = now() WHERE publication_id = :p
