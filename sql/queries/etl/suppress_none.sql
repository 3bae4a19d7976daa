-- Hide nothing any longer but what is small itself.
-- params: p (the publication being made)
-- grain: one row of suppressed
UPDATE suppressed SET last_pub = :p WHERE last_pub = 2147483647
