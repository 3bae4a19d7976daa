-- Close the bands of the periods that are others now, or none.
-- params: p (the publication being made)
-- grain: one row of rank_band
UPDATE rank_band r SET last_pub = :p
FROM rollup_span s
WHERE s.period = r.period AND s.start = r.start AND r.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM band_new b
                  WHERE (b.area_id, b.indicator_id, b.period, b.start, b.band, b.bands, b.siblings)
                      = (r.area_id, r.indicator_id, r.period, r.start, r.band, r.bands, r.siblings))
