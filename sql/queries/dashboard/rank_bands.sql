-- An area's anonymous place among its siblings for the headline outcomes of a period.
-- params: p, area, period, start
-- grain: one indicator
SELECT indicator_id, band, bands, siblings
FROM rank_band
WHERE area_id = :area AND period = :period AND start = CAST(:start AS date) AND first_pub <= :p AND last_pub > :p
