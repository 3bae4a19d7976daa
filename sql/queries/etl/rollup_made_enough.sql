-- Whether the sums of finer periods were made as deep as the coarser ones need them now.
-- params: none
-- grain: one row
SELECT NOT EXISTS (
    SELECT FROM rollup_plan p LEFT JOIN rollup_made m USING (period, cut) WHERE p.period IN ('m', 'q') AND m.depth IS DISTINCT FROM p.depth
) AS enough
