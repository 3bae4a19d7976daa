-- The third of its siblings an area's headline outcomes lie in, 1 the best; siblings as they stood on the period's last day with data,
-- unknown members and thin figures apart, and none where there are fewer siblings than bands.
-- params: bands, data_to
-- grain: one area, indicator and period
INSERT INTO band_new (area_id, indicator_id, period, start, band, bands, siblings)
WITH measured AS (
    SELECT l.parent_id, r.area_id, r.indicator_id, r.period, r.start, i.direction * r.swx / r.sw AS worth
    FROM score_rollup r
    JOIN rollup_span s ON s.period = r.period AND s.start = r.start AND s.period <> 'd'
    JOIN indicator i ON i.indicator_id = r.indicator_id AND i.headline IS NOT NULL AND r.n >= i.minimum_base
    JOIN area a ON a.area_id = r.area_id AND a.kind <> 'unknown'
    JOIN area_parent l ON l.area_id = r.area_id
     AND least(s.until - 1, CAST(:data_to AS date)) >= l.valid_from AND least(s.until - 1, CAST(:data_to AS date)) < l.valid_to
    WHERE r.last_pub = 2147483647 AND r.cut = 'all' AND r.sw > 0
),
ranked AS (
    SELECT m.*, rank() OVER sibling AS place, count(*) OVER (PARTITION BY parent_id, indicator_id, period, start) AS siblings
    FROM measured m
    WINDOW sibling AS (PARTITION BY parent_id, indicator_id, period, start ORDER BY worth DESC)
)
SELECT area_id, indicator_id, period, start, (place - 1) * :bands / siblings + 1, :bands, siblings
FROM ranked WHERE siblings >= :bands
