-- This publication has been foretold on.
-- params: p
-- grain: one publication
UPDATE publication SET forecast_at = now() WHERE publication_id = :p
