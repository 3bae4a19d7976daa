-- Whether a complete month is published that no driver estimate reaches yet, or older months than any estimate was made of.
-- params: none
-- grain: one row
SELECT EXISTS (
    SELECT FROM (
        SELECT CAST(date_trunc('month', CAST(data_to + 1 AS timestamp)) - interval '1 month' AS date) AS month, data_from
        FROM publication ORDER BY publication_id DESC LIMIT 1) complete
    WHERE month >= date_trunc('month', CAST(data_from AS timestamp))
      AND NOT EXISTS (SELECT FROM driver_effect e JOIN publication p ON p.publication_id = e.first_pub
                      WHERE e.last_pub = 2147483647 AND e.last_month >= month AND p.data_from <= complete.data_from)
      AND NOT EXISTS (SELECT FROM job_run r JOIN publication p ON p.publication_id = CAST(r.outcome ->> 'publication' AS integer)
                      WHERE r.job = 'drivers' AND r.state = 'done' AND r.outcome ->> 'last_month' >= to_char(month, 'YYYY-MM')
                        AND p.data_from <= complete.data_from)) AS due
