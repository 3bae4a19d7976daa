-- The dated parents of an areas file on their way in.
-- params: none
-- grain: one node and day its parent holds from
CREATE TEMP TABLE IF NOT EXISTS arriving_parent (
    code text, level smallint, parent text, valid_from date, valid_to date, change text, from_code text
) ON COMMIT DROP
