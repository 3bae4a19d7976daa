-- Forget the sums kept for coarser periods, of the periods written afresh.
-- params: none
-- grain: one area, indicator, finer period, cut and value
DELETE FROM ratio_finer f USING rollup_span s WHERE s.period = f.period AND s.start = f.start
