-- For whom the user answers at an area's target, and whether he plans what lies below it, or the whole.
-- params: plan, indicator, area, root
-- grain: one row
SELECT plan_sides(CAST(:plan AS integer), CAST(:indicator AS integer), CAST(:area AS integer)) AS sides,
       plans_below(CAST(:area AS integer)) AS below, plans_below(CAST(:root AS integer)) AS whole
