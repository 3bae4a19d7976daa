-- What own customers said with their score for an indicator, the newest first (masked when it was stored).
-- params: area, indicator, first_day, last_day, above, below (scores 0-100), topic (empty for all), skip, most (rows; null: all)
-- grain: one response
SELECT s.day, leaf.name_zh, leaf.name_en, leaf.code, s.mode, s.business, s.raw, s.scale, s.tags, s.verbatim
FROM said_shown s
JOIN area_closure c ON c.ancestor_id = :area AND c.descendant_id = s.area_id AND s.day >= c.valid_from AND s.day < c.valid_to
JOIN area leaf ON leaf.area_id = s.area_id
WHERE s.indicator_id = :indicator AND s.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
  AND s.score > :above AND s.score < :below AND (:topic = '' OR :topic = ANY(s.tags))
ORDER BY s.day DESC, s.response_id
OFFSET :skip LIMIT :most
