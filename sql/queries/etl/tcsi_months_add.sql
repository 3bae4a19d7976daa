-- Add months to those scored afresh.
-- params: months (first days)
-- grain: one month
INSERT INTO tcsi_month (month) SELECT unnest(CAST(:months AS date[])) ON CONFLICT DO NOTHING
