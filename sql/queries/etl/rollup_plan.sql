-- How deep each period and cut is kept, and down to which level the next finer period already gives its sums.
-- params: cuts (names the facts can be cut by, 'all' among them), periods, levels (of the defaults where no row says otherwise), names
-- grain: one period and cut
INSERT INTO rollup_plan (period, cut, depth, coarse_to)
WITH depths AS (
    SELECT period, cut, level FROM rollup_depth
    UNION ALL
    SELECT d.period, d.cut, d.level
    FROM unnest(CAST(:periods AS text[]), CAST(:names AS text[]), CAST(:levels AS integer[])) AS d (period, cut, level)
    WHERE NOT EXISTS (SELECT FROM rollup_depth)
),
kept AS (
    SELECT p.period, c.cut, coalesce(named.level, other.level) AS depth
    FROM (VALUES ('d'), ('w'), ('m'), ('q'), ('y')) AS p (period)
    CROSS JOIN unnest(CAST(:cuts AS text[])) AS c (cut)
    LEFT JOIN depths named ON named.period = p.period AND named.cut = c.cut
    LEFT JOIN depths other ON other.period = p.period AND other.cut = '*' AND c.cut <> 'all'
)
SELECT k.period, k.cut, k.depth, CASE WHEN finer.depth IS NULL THEN -1 ELSE least(k.depth, finer.depth) END
FROM kept k
LEFT JOIN kept finer ON finer.cut = k.cut AND (k.period, finer.period) IN (('q', 'm'), ('y', 'q'))
WHERE k.depth IS NOT NULL
