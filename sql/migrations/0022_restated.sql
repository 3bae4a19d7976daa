-- Figures restated to today's tree: what a re-organisation adds to an area's dated figures, or takes from them. A sum restated is
-- the dated sum plus its shift; areas and periods that read the same under both trees have no row here, so this stays small.
ALTER TABLE publication ADD COLUMN tree_day date;  -- the day whose tree is "today's" in the publication

-- Where the figures of a leaf count: in which nodes they did then and no longer do (sign -1), in which they do only today (+1).
CREATE TABLE area_shift (
    area_id    integer NOT NULL,                  -- the leaf the facts hang on
    valid_from date NOT NULL,                      -- the days it stood elsewhere
    valid_to   date NOT NULL,
    node_id    integer NOT NULL,
    parent_id  integer,                            -- the node's parent then, or today
    sign       smallint NOT NULL CHECK (sign IN (-1, 1)),
    first_pub  integer NOT NULL,
    last_pub   integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (node_id, area_id, valid_from, first_pub)
);
CREATE INDEX area_shift_of_members ON area_shift (parent_id);

CREATE TABLE score_shift (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    n            bigint NOT NULL,                  -- differences: any of them may be negative
    sw           double precision NOT NULL,
    sw2          double precision NOT NULL,
    swx          double precision NOT NULL,
    swx2         double precision NOT NULL,
    counts       integer[] NOT NULL,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, cut, start, value, first_pub)
);

CREATE TABLE ratio_shift (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    n            bigint NOT NULL,
    numerator    double precision NOT NULL,
    denominator  double precision NOT NULL,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, cut, start, value, first_pub)
);

-- Own areas and below, and a line's indicators. Of the areas above nothing: beside their dated readings a shift would tell what a
-- single grid that came or went reads.
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['score_shift', 'ratio_shift'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format($p$CREATE POLICY %I ON %I FOR SELECT USING (
            area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
            OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                                WHERE g.user_id = scope_user() AND g.role = 'line'))$p$, t || '_scope', t);
    END LOOP;
END $$;
