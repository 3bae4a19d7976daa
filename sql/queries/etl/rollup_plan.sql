-- How deep each period and cut is shown, how deep its sums are made (a coarser period may be shown deeper, and is made of finer ones),
-- and down to which level the next finer period already gives its sums.
-- params: cuts (names the facts can be cut by, 'all' among them), periods, levels (of the defaults where no row says otherwise), names
-- grain: one period and cut
INSERT INTO rollup_plan (period, cut, depth, coarse_to, shown)
WITH depths AS (
    SELECT period, cut, level FROM rollup_depth
    UNION ALL
    SELECT d.period, d.cut, d.level
    FROM unnest(CAST(:periods AS text[]), CAST(:names AS text[]), CAST(:levels AS integer[])) AS d (period, cut, level)
    WHERE NOT EXISTS (SELECT FROM rollup_depth)
),
kept AS (
    SELECT p.period, p.coarser, c.cut, coalesce(named.level, other.level) AS shown
    FROM (VALUES ('d', 'd'), ('w', 'w'), ('m', 'mqy'), ('q', 'qy'), ('y', 'y')) AS p (period, coarser)
    CROSS JOIN unnest(CAST(:cuts AS text[])) AS c (cut)
    LEFT JOIN depths named ON named.period = p.period AND named.cut = c.cut
    LEFT JOIN depths other ON other.period = p.period AND other.cut = '*' AND c.cut <> 'all'
),
made AS (
    SELECT k.period, k.cut, k.shown,
           (SELECT max(c.shown) FROM kept c WHERE c.cut = k.cut AND strpos(k.coarser, c.period) > 0) AS depth
    FROM kept k
)
SELECT period, cut, depth, CASE WHEN period IN ('q', 'y') THEN depth ELSE -1 END, coalesce(shown, -1)
FROM made WHERE depth IS NOT NULL
