-- Quarters and years of the index from their months, scored afresh or as published.
-- params: none
-- grain: one area, business, construct and period
INSERT INTO tcsi_new (area_id, business, construct, period, start, n, sw, sw2, swx, swx2, vintage_id)
WITH month_cell AS (
    SELECT area_id, business, construct, start, n, sw, sw2, swx, swx2, vintage_id FROM tcsi_new WHERE period = 'm'
    UNION ALL
    SELECT area_id, business, construct, start, n, sw, sw2, swx, swx2, vintage_id FROM tcsi_rollup
    WHERE period = 'm' AND last_pub = 2147483647 AND start NOT IN (SELECT month FROM tcsi_month)
)
SELECT c.area_id, c.business, c.construct, k.period, CAST(date_trunc(k.unit, c.start) AS date),
       sum(c.n), sum(c.sw), sum(c.sw2), sum(c.swx), sum(c.swx2), max(c.vintage_id)
FROM month_cell c CROSS JOIN (VALUES ('q', 'quarter'), ('y', 'year')) AS k (period, unit)
WHERE date_trunc(k.unit, c.start) IN (SELECT date_trunc(k.unit, month) FROM tcsi_month)
GROUP BY c.area_id, c.business, c.construct, k.period, date_trunc(k.unit, c.start)
