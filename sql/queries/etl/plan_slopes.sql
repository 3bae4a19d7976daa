-- What of a process provenly goes with an outcome on the latest estimate, down to which level it is measured and the range it was
-- seen in; a slope given by hand
-- holds instead, in the estimate's range where there is one.
-- params: p, root (area), day
-- grain: one outcome and process
WITH by_hand AS (
    SELECT DISTINCT ON (outcome_id, process_id) outcome_id, process_id, slope, author
    FROM driver_by_hand WHERE valid_from <= CAST(:day AS date)
    ORDER BY outcome_id, process_id, valid_from DESC
),
estimated AS (
    SELECT e.outcome_id, e.driver_id AS process_id, e.level, e.slope, e.low, e.high, e.spread, e.seen_low, e.seen_high, e.proven
    FROM driver_effect e JOIN indicator o ON o.indicator_id = e.outcome_id JOIN indicator d ON d.indicator_id = e.driver_id
    WHERE e.area_id = :root AND e.chosen AND o.headline IS NOT NULL AND d.kind = 'process' AND e.first_pub <= :p AND e.last_pub > :p
)
SELECT coalesce(h.outcome_id, e.outcome_id) AS outcome_id, coalesce(h.process_id, e.process_id) AS process_id,
       coalesce(h.slope, e.slope) AS slope, CASE WHEN h.slope IS NULL THEN e.low END AS low, CASE WHEN h.slope IS NULL THEN e.high END AS high,
       e.level, e.spread, e.seen_low, e.seen_high, h.author
FROM by_hand h FULL JOIN estimated e USING (outcome_id, process_id)
WHERE coalesce(h.slope > 0, e.proven AND e.slope > 0)
ORDER BY 1, 2
