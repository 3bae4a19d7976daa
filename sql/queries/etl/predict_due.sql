-- Whether there are answers to learn from and nobody was ever predicted, nor was it tried.
-- params: none
-- grain: one row
SELECT EXISTS (SELECT FROM publication WHERE data_to IS NOT NULL)
       AND NOT EXISTS (SELECT FROM prediction_model)
       AND NOT EXISTS (SELECT FROM job_run WHERE job = 'predict' AND state IN ('done', 'failed')) AS due
