-- Add the subscribers of the places of one level up into their parents.
-- params: level
-- grain: one place, month, cut and value
INSERT INTO subscriber_cell (level, place_id, month, cut, value, subscribers)
SELECT parent.level, parent.place_id, c.month, c.cut, c.value, sum(c.subscribers)
FROM subscriber_cell c
JOIN place p ON p.place_id = c.place_id
JOIN place parent ON parent.place_id = p.parent_id
WHERE c.level = :level
GROUP BY parent.level, parent.place_id, c.month, c.cut, c.value
