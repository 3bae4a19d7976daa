-- Estimates that may be shown: of the period itself where its score is, of a lengthened window where that is.
CREATE VIEW estimate_public AS
SELECT e.* FROM estimate e
WHERE CASE WHEN e.window_length = 1 THEN EXISTS (
               SELECT FROM score_public r
               WHERE r.area_id = e.area_id AND r.indicator_id = e.indicator_id AND r.period = e.period AND r.cut = 'all'
                 AND r.start = e.start AND r.value = '' AND r.hidden IS NULL
                 AND r.first_pub < e.last_pub AND r.last_pub > e.first_pub)
           ELSE e.period = 'm' AND EXISTS (
               SELECT FROM score_window w
               WHERE w.area_id = e.area_id AND w.indicator_id = e.indicator_id
                 AND w.last = period_end(e.period, e.start)
                 AND w.first = CAST(e.start - make_interval(months => e.window_length - 1) AS date)
                 AND w.first_pub < e.last_pub AND w.last_pub > e.first_pub) END;
CREATE VIEW estimate_shown WITH (security_barrier) AS
SELECT * FROM estimate_public
WHERE area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
   OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
       AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
   OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                       WHERE g.user_id = scope_user() AND g.role = 'line');

