-- Where targets of some areas, and of those right below one, stand in negotiation.
-- params: plan, areas
-- grain: one area and indicator
SELECT area_id, indicator_id, state, value, note, by, at FROM plan_stand
WHERE plan_id = :plan AND area_id = ANY(CAST(:areas AS integer[]))
