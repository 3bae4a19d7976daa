-- Own customers invited and answering in an area, by survey mode and business.
-- params: area, first_day, last_day
-- grain: one mode and business
SELECT i.mode, i.business, sum(i.asked) AS asked, sum(i.answered) AS answered
FROM invitation i
JOIN brand b ON b.brand = i.brand AND b.own
JOIN area_closure c ON c.descendant_id = i.area_id AND i.day >= c.valid_from AND i.day < c.valid_to
WHERE c.ancestor_id = :area AND i.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
GROUP BY i.mode, i.business
