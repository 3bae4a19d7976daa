-- Write the bands that are new.
-- params: p (the publication being made)
-- grain: one area, indicator and period
INSERT INTO rank_band (area_id, indicator_id, period, start, band, bands, siblings, first_pub)
SELECT b.area_id, b.indicator_id, b.period, b.start, b.band, b.bands, b.siblings, :p
FROM band_new b
WHERE NOT EXISTS (SELECT FROM rank_band r WHERE (r.area_id, r.indicator_id, r.period, r.start, r.last_pub)
                                              = (b.area_id, b.indicator_id, b.period, b.start, 2147483647))
ORDER BY b.area_id, b.indicator_id, b.period, b.start
