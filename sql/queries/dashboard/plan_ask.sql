-- Keep what is asked of the root of one indicator, and how it is shared out.
-- params: plan, indicator, mode, asked, rational, status, attainable, shortfall
-- grain: one indicator
SELECT plan_ask(CAST(:plan AS integer), CAST(:indicator AS integer), :mode, CAST(:asked AS double precision),
                CAST(:rational AS double precision), :status, CAST(:attainable AS double precision), CAST(:shortfall AS double precision))
