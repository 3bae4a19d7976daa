-- Which earlier readings a publication changed, and by how much: late and corrected data are told, not slipped in.
-- Months, quarters and years that had ended by the publication before, down to counties.
CREATE TABLE publication_change (
    publication_id integer NOT NULL,
    area_id        integer NOT NULL,
    indicator_id   smallint NOT NULL,
    period         char(1) NOT NULL,
    start          date NOT NULL,
    old_n          bigint NOT NULL,
    new_n          bigint,                        -- null: no reading any more
    old_reading    double precision,
    new_reading    double precision,
    PRIMARY KEY (publication_id, area_id, indicator_id, period, start)
);
ALTER TABLE publication_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY publication_change_scope ON publication_change FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                        WHERE g.user_id = scope_user() AND g.role = 'line'));

CREATE FUNCTION period_end(period char, start date) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT (CASE period WHEN 'd' THEN start + 1 WHEN 'w' THEN start + 7
            WHEN 'm' THEN (start + interval '1 month')::date WHEN 'q' THEN (start + interval '3 months')::date
            ELSE (start + interval '1 year')::date END) - 1
$$;
