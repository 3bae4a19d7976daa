-- The reports of a period that are still to be made on a publication: of every area down to a level in one language, and what
-- subscriptions ask for besides. Whose eyes they are made with: of a report for everybody who sees the area in full, those of
-- the user who sees least beyond it; of a reader's own report, the reader's.
-- params: p, period, start, day, lowest, language, begun (partial ones made since then are not made again)
-- grain: one report to be made
WITH reach AS (
    SELECT u.user_id, count(*) AS areas, bool_or(g.line) AS line
    FROM app_user u
    JOIN user_area a ON a.user_id = u.user_id AND a.reach = 'full'
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM user_grant g WHERE g.user_id = u.user_id AND g.role = 'line') AS line) g
    WHERE NOT u.disabled
    GROUP BY u.user_id
), wanted AS (
    SELECT a.area_id, CAST(:language AS text) AS language, CAST(NULL AS integer) AS reader_id
    FROM area a
    WHERE a.level <= :lowest AND a.kind <> 'unknown'
      AND a.valid_from <= CAST(:day AS date) AND CAST(:day AS date) < a.valid_to
    UNION
    SELECT s.area_id, s.language, CASE WHEN NOT sees_whole_area(w.user_id, s.area_id) THEN w.user_id END
    FROM report_subscription s
    JOIN app_user w ON w.user_id = coalesce(s.user_id, s.made_by) AND NOT w.disabled
    WHERE s.cadence = :period AND s.ended_at IS NULL AND sees_area(w.user_id, s.area_id)
)
SELECT w.area_id, a.code, a.name_zh, a.name_en, w.language, w.reader_id, coalesce(w.reader_id, eyes.user_id) AS eyes
FROM wanted w
JOIN area a USING (area_id)
LEFT JOIN LATERAL (
    SELECT r.user_id FROM reach r JOIN user_area u ON u.user_id = r.user_id AND u.area_id = w.area_id AND u.reach = 'full'
    ORDER BY r.areas, r.line, r.user_id LIMIT 1) eyes ON true
WHERE NOT EXISTS (
    SELECT FROM report k
    WHERE k.area_id = w.area_id AND k.period = :period AND k.start = :start AND k.language = w.language
      AND k.publication_id = :p AND coalesce(k.reader_id, 0) = coalesce(w.reader_id, 0)
      AND (k.missing = '{}' OR k.made_at >= CAST(:begun AS timestamptz)))
ORDER BY a.level, a.sort_key, a.code, w.language, w.reader_id
