-- Sums of own customers' scores of whole months as they now stand, those included that are withheld (see detect_withheld).
-- params: first, last, indicators and areas (ids, joined by commas; areas null: all)
-- grain: one area, indicator and month
SELECT r.area_id, r.indicator_id, r.start, r.n, r.sw, r.sw2, r.swx, r.swx2
FROM score_rollup r
WHERE r.period = 'm' AND r.cut = 'all' AND r.start >= CAST(:first AS date) AND r.start <= CAST(:last AS date)
  AND r.last_pub = 2147483647 AND r.n > 0
  AND (CAST(:areas AS text) IS NULL OR r.area_id = ANY(CAST(string_to_array(:areas, ',') AS integer[])))
  AND r.indicator_id = ANY(CAST(string_to_array(:indicators, ',') AS smallint[]))
