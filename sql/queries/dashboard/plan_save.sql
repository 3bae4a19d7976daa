-- Keep the targets of one indicator below one area, solved anew.
-- params: plan, indicator, under (area), areas, floors, caps, locks, targets, shown, easiest, hardest, binding
-- grain: one area
SELECT plan_save(CAST(:plan AS integer), CAST(:indicator AS integer), CAST(:under AS integer), CAST(:areas AS integer[]),
                 CAST(:floors AS double precision[]), CAST(:caps AS double precision[]), CAST(:locks AS double precision[]),
                 CAST(:targets AS double precision[]), CAST(:shown AS double precision[]), CAST(:easiest AS double precision[]),
                 CAST(:hardest AS double precision[]), CAST(:binding AS boolean[])) AS changed
