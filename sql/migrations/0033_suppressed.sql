-- Which scores may not be shown. Those of too few answers follow from the sums themselves; here stand the others, that would give
-- them away (complementary suppression). A row holds for the publications from first_pub up to, not including, last_pub.
CREATE TABLE suppressed (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    period       char(1) NOT NULL,
    cut          text NOT NULL,
    start        date NOT NULL,
    value        text NOT NULL,
    shift        boolean NOT NULL DEFAULT false,  -- of score_shift, not of score_rollup
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, period, cut, start, value, shift, first_pub)
);

-- Sums over spans of days that are no calendar period: lengthened windows, and like-for-like days of a running period. Only such as
-- may be shown, and only these may: summed up from the sums of hidden months they would give those away.
CREATE TABLE score_window (
    area_id      integer NOT NULL,
    indicator_id smallint NOT NULL,
    first        date NOT NULL,
    last         date NOT NULL,
    n            bigint NOT NULL,
    sw           double precision NOT NULL,
    sw2          double precision NOT NULL,
    swx          double precision NOT NULL,
    swx2         double precision NOT NULL,
    first_pub    integer NOT NULL,
    last_pub     integer NOT NULL DEFAULT 2147483647,
    PRIMARY KEY (area_id, indicator_id, last, first, first_pub)
);

ALTER TABLE suppressed ENABLE ROW LEVEL SECURITY;
CREATE POLICY suppressed_scope ON suppressed FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full'));
ALTER TABLE score_window ENABLE ROW LEVEL SECURITY;
CREATE POLICY score_window_scope ON score_window FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR (indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
        AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
    OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                        WHERE g.user_id = scope_user() AND g.role = 'line'));

-- Fewer than five answers, or effective ones (the same rule as etl.domain.suppress.too_small).
CREATE FUNCTION too_small(n bigint, sw double precision, sw2 double precision) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT n <> 0 AND (abs(n) < 5 OR sw * sw < 4.999999995 * sw2)
$$;

-- The scores as anybody may see them: of a hidden cell the base remains, its sums are null, and "hidden" says why.
CREATE VIEW score_public AS
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n,
       CASE WHEN h.hidden IS NULL THEN r.sw END AS sw, CASE WHEN h.hidden IS NULL THEN r.sw2 END AS sw2,
       CASE WHEN h.hidden IS NULL THEN r.swx END AS swx, CASE WHEN h.hidden IS NULL THEN r.swx2 END AS swx2,
       CASE WHEN h.hidden IS NULL THEN r.counts END AS counts, r.first_pub, r.last_pub, h.hidden
FROM score_rollup r
CROSS JOIN LATERAL (SELECT CASE
    WHEN too_small(r.n, r.sw, r.sw2) THEN 'small'
    WHEN EXISTS (SELECT FROM suppressed s
                 WHERE s.area_id = r.area_id AND s.indicator_id = r.indicator_id AND s.period = r.period AND s.cut = r.cut
                   AND s.start = r.start AND s.value = r.value AND NOT s.shift
                   AND s.first_pub < r.last_pub AND s.last_pub > r.first_pub) THEN 'complementary' END AS hidden) h;

-- What a re-organisation shifted, likewise.
CREATE VIEW shift_public AS
SELECT r.area_id, r.indicator_id, r.period, r.cut, r.start, r.value, r.n,
       CASE WHEN h.hidden IS NULL THEN r.sw END AS sw, CASE WHEN h.hidden IS NULL THEN r.sw2 END AS sw2,
       CASE WHEN h.hidden IS NULL THEN r.swx END AS swx, CASE WHEN h.hidden IS NULL THEN r.swx2 END AS swx2,
       r.first_pub, r.last_pub, h.hidden
FROM score_shift r
CROSS JOIN LATERAL (SELECT CASE
    WHEN too_small(r.n, r.sw, r.sw2) THEN 'small'
    WHEN EXISTS (SELECT FROM suppressed s
                 WHERE s.area_id = r.area_id AND s.indicator_id = r.indicator_id AND s.period = r.period AND s.cut = r.cut
                   AND s.start = r.start AND s.value = r.value AND s.shift
                   AND s.first_pub < r.last_pub AND s.last_pub > r.first_pub) THEN 'complementary' END AS hidden) h;

-- The same within the user's scope, for the dashboard's role, which may read nothing else of scores. A view reads with its owner's
-- rights, so the rule of 0005 (and of 0022 for shifts) stands here once more.
CREATE VIEW score_shown WITH (security_barrier) AS
SELECT * FROM score_public
WHERE area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
   OR (cut = 'all'
       AND indicator_id IN (SELECT i.indicator_id FROM indicator i WHERE i.headline IS NOT NULL)
       AND area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()))
   OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                       WHERE g.user_id = scope_user() AND g.role = 'line');
CREATE VIEW shift_shown WITH (security_barrier) AS
SELECT * FROM shift_public
WHERE area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
   OR indicator_id IN (SELECT i.indicator_id FROM indicator i JOIN user_grant g USING (line_id)
                       WHERE g.user_id = scope_user() AND g.role = 'line');

-- What is published is judged with the next publication.
INSERT INTO touched (fact, month, file_id)
SELECT DISTINCT 'answer', CAST(date_trunc('month', CAST(r.start AS timestamp)) AS date), 0
FROM score_rollup r WHERE r.period = 'm' AND r.cut = 'all' AND r.last_pub = 2147483647
ON CONFLICT DO NOTHING;
