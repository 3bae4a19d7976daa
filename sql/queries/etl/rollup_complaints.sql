-- Complaint indicators as numerator and denominator; subscribers are added as denominators later, for they do not add up over time.
-- params: none
-- grain: one indicator, place, day and combination
INSERT INTO measured (indicator_id, place_id, day, profile_id, n, numerator, denominator)
SELECT i.indicator_id, e.place_id, e.day, e.profile_id,
       coalesce(sum(e.n) FILTER (WHERE e.measure = CASE i.denominator WHEN 'subscribers' THEN i.numerator ELSE i.denominator END), 0),
       coalesce(sum(e.n) FILTER (WHERE e.measure = i.numerator), 0),
       coalesce(sum(e.n) FILTER (WHERE e.measure = i.denominator), 0)
FROM complaint_event e
JOIN indicator i ON i.fact = 'complaint' AND e.measure IN (i.numerator, i.denominator)
GROUP BY i.indicator_id, e.place_id, e.day, e.profile_id
