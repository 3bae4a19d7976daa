-- Close the current rows that read differently now, or are no more; earlier publications keep them. Each is gone to by its address.
-- params: p (the publication being made)
-- grain: one row of ratio_rollup
UPDATE ratio_rollup r SET last_pub = :p FROM ratio_change c WHERE r.ctid = c.place
