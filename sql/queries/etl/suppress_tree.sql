-- What stood under what: first day and first day after, counted from the first day of the calendar, and whether it stands so today.
-- params: none
-- grain: one area and parent while it held
SELECT p.area_id, p.parent_id, greatest(p.valid_from, CAST('1900-01-01' AS date)) - CAST('0001-01-01' AS date) + 1 AS since,
       least(p.valid_to, CAST('9999-12-31' AS date)) - CAST('0001-01-01' AS date) + 1 AS until,
       CASE WHEN p.valid_from <= t.day AND t.day < p.valid_to THEN 1 ELSE 0 END AS today
FROM area_parent p
CROSS JOIN (SELECT coalesce(max(tree_day), current_date) AS day FROM publication
            WHERE publication_id = (SELECT max(publication_id) FROM publication)) t
ORDER BY p.area_id, p.valid_from
