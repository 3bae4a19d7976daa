-- What was written of the ratios of earlier publications is no news.
-- params: none
-- grain: one publication
DELETE FROM ratio_written
