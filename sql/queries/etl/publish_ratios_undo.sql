-- Take back the rows of publications that were lost: what they wrote, and that they closed what stood before.
-- params: lost (their numbers)
-- grain: one row of ratio_rollup or ratio_shift
WITH written AS (DELETE FROM ratio_rollup WHERE first_pub = ANY(CAST(:lost AS integer[]))),
written_shift AS (DELETE FROM ratio_shift WHERE first_pub = ANY(CAST(:lost AS integer[]))),
closed AS (UPDATE ratio_rollup SET last_pub = 2147483647
           WHERE last_pub = ANY(CAST(:lost AS integer[])) AND first_pub <> ALL(CAST(:lost AS integer[])))
UPDATE ratio_shift SET last_pub = 2147483647
WHERE last_pub = ANY(CAST(:lost AS integer[])) AND first_pub <> ALL(CAST(:lost AS integer[]))
