-- Ids that come again, whose older rows are looked for.
-- params: none
-- grain: one id
CREATE TEMP TABLE IF NOT EXISTS wanted (id uuid NOT NULL) ON COMMIT DROP
