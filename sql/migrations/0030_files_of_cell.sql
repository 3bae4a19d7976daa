-- Where a figure comes from: the files whose rows lie inside a cell (area, indicator, days), and how many rows of each. The facts
-- themselves stay closed to the dashboard: this counts for who sees the area in full, or the indicator everywhere (line owners), and
-- names files to those only who may see them.
CREATE FUNCTION files_of_cell(of_area integer, of_indicator integer, first_day date, last_day date, until timestamptz, most integer)
RETURNS TABLE (file_id integer, feed_id text, name text, received_at timestamptz, "rows" bigint, files bigint, all_rows numeric)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    what record;
BEGIN
    SELECT i.fact, i.denominator, i.line_id INTO what FROM indicator i WHERE i.indicator_id = of_indicator;
    IF NOT EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user() AND u.area_id = of_area AND u.reach = 'full')
       AND NOT EXISTS (SELECT FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'line' AND g.line_id = what.line_id)
    THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH leaf AS (
        SELECT c.descendant_id AS area_id, c.valid_from, c.valid_to, a.valid_to - 1 AS last_own
        FROM area_closure c JOIN area a ON a.area_id = c.descendant_id
        WHERE c.ancestor_id = of_area
    ),
    counted AS (
        SELECT r.file_id, count(*) AS rows
        FROM response r JOIN brand b ON b.brand = r.brand AND b.own
        JOIN answer s ON s.area_id = r.area_id AND s.day = r.day AND s.response_id = r.response_id
        JOIN leaf l ON l.area_id = r.area_id AND least(r.day, l.last_own) >= l.valid_from AND least(r.day, l.last_own) < l.valid_to
        WHERE what.fact = 'answer' AND s.indicator_id = of_indicator AND r.day BETWEEN first_day AND last_day
          AND s.day BETWEEN first_day AND last_day
        GROUP BY r.file_id
        UNION ALL
        SELECT p.file_id, count(*)
        FROM process_reading p
        JOIN leaf l ON l.area_id = p.area_id AND least(p.day, l.last_own) >= l.valid_from AND least(p.day, l.last_own) < l.valid_to
        WHERE what.fact = 'process' AND p.indicator_id = of_indicator AND p.day BETWEEN first_day AND last_day
        GROUP BY p.file_id
        UNION ALL
        SELECT c.file_id, count(*)
        FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own
        JOIN leaf l ON l.area_id = c.area_id AND least(c.day, l.last_own) >= l.valid_from AND least(c.day, l.last_own) < l.valid_to
        WHERE what.fact = 'complaint'
          AND CASE WHEN what.denominator = 'due' THEN CAST(c.due_at AS date) ELSE c.day END BETWEEN first_day AND last_day
        GROUP BY c.file_id
    )
    SELECT f.file_id, f.feed_id, CASE WHEN (SELECT sees_operator()) THEN f.name END, f.received_at, n.rows,
           count(*) OVER (), sum(n.rows) OVER ()
    FROM counted n JOIN file f USING (file_id)
    WHERE f.loaded_at IS NULL OR f.loaded_at <= until
    ORDER BY n.rows DESC, f.file_id
    LIMIT most;
END $$;
