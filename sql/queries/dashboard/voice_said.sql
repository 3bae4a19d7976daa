-- What own customers said with their score for an indicator, the newest first (masked when it was stored), each with the lowest
-- area whose own score of the period is shown: a grid named beside raw scores would give its hidden one away.
-- params: p, area, indicator, period, first_day, last_day, above, below (scores 0-100), topic (empty for all), skip, most (rows;
--   null: all)
-- grain: one response
WITH said AS (
    SELECT s.area_id, s.day, s.response_id, s.mode, s.business, s.raw, s.scale, s.tags, s.verbatim
    FROM said_shown s
    JOIN area_closure c ON c.ancestor_id = :area AND c.descendant_id = s.area_id AND s.day >= c.valid_from AND s.day < c.valid_to
    WHERE s.indicator_id = :indicator AND s.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND s.score > :above AND s.score < :below AND (:topic = '' OR :topic = ANY(s.tags))
    ORDER BY s.day DESC, s.response_id
    OFFSET :skip LIMIT :most
), told AS (
    SELECT r.area_id
    FROM score_shown r
    WHERE r.area_id = ANY(ARRAY(SELECT DISTINCT u.ancestor_id FROM area_closure u WHERE u.descendant_id IN (SELECT area_id FROM said)))
      AND r.indicator_id = :indicator AND r.period = CAST(:period AS char(1)) AND r.cut = 'all' AND r.value = ''
      AND r.start = CAST(:first_day AS date) AND r.first_pub <= :p AND r.last_pub > :p AND r.hidden IS NULL
), place AS (
    SELECT DISTINCT ON (d.area_id, d.day) d.area_id, d.day, a.code, a.name_zh, a.name_en
    FROM (SELECT DISTINCT area_id, day FROM said) d
    JOIN area_closure u ON u.descendant_id = d.area_id AND u.valid_from <= d.day AND d.day < u.valid_to
    JOIN told ON told.area_id = u.ancestor_id
    JOIN area a ON a.area_id = u.ancestor_id
    ORDER BY d.area_id, d.day, u.depth
)
SELECT d.day, p.name_zh, p.name_en, p.code, d.mode, d.business, d.raw, d.scale, d.tags, d.verbatim
FROM said d
JOIN place p ON p.area_id = d.area_id AND p.day = d.day
ORDER BY d.day DESC, d.response_id
