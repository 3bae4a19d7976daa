-- Where the series of a rule stood makes room for where they stand now.
-- params: rule
-- grain: one area and indicator
DELETE FROM series_state WHERE rule = :rule
