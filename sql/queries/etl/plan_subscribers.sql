-- Subscribers of each leaf by business, in the latest month counted up to a day.
-- params: day
-- grain: one leaf and business
SELECT s.area_id, s.business, CAST(sum(s.subscribers) AS double precision) AS subscribers
FROM subscriber s
WHERE s.month = (SELECT max(month) FROM subscriber WHERE month <= CAST(:day AS date))
GROUP BY s.area_id, s.business
