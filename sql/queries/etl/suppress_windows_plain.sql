-- Add up the spans that are no calendar period, of months or of days; those too small by themselves stay out. A period that lies in
-- many spans is looked up once.
-- params: kinds (of the periods they are made of), firsts, lasts (days)
-- grain: one area, indicator and span
INSERT INTO suppress_window (area_id, indicator_id, first, last, n, sw, sw2, swx, swx2)
WITH span AS (
    SELECT CAST(s.kind AS char(1)) AS kind, s.first, s.last FROM unnest(CAST(:kinds AS text[]), CAST(:firsts AS date[]), CAST(:lasts AS date[])) AS s (kind, first, last)
),
part AS (
    SELECT DISTINCT s.kind, CAST(start AS date) AS start
    FROM span s CROSS JOIN LATERAL generate_series(s.first, s.last, CASE s.kind WHEN 'm' THEN interval '1 month' ELSE interval '1 day' END) AS start
),
cell AS MATERIALIZED (
    SELECT part.kind, part.start, r.*
    FROM part CROSS JOIN LATERAL (
        SELECT r.area_id, r.indicator_id, r.n, r.sw, r.sw2, r.swx, r.swx2 FROM score_rollup r
        WHERE r.period = part.kind AND r.start = part.start AND r.cut = 'all' AND r.last_pub = 2147483647
        OFFSET 0
    ) r
)
SELECT c.area_id, c.indicator_id, s.first, s.last, sum(c.n), sum(c.sw), sum(c.sw2), sum(c.swx), sum(c.swx2)
FROM span s JOIN cell c ON c.kind = s.kind AND c.start BETWEEN s.first AND s.last
GROUP BY c.area_id, c.indicator_id, s.first, s.last
HAVING NOT too_small(CAST(sum(c.n) AS bigint), sum(c.sw), sum(c.sw2))
