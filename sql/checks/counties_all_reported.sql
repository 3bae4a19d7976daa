-- warn
-- zh: 有区县在最近一个有数据的月份没有任何调查数据
-- en: a county had no survey data in the latest month that has any
WITH latest AS (SELECT max(data_to) AS day FROM coverage WHERE fact = 'answer' AND publication_id = (
    SELECT max(publication_id) FROM publication WHERE :p = 0 OR publication_id = :p))
SELECT a.area_id, a.code, a.name_zh, a.name_en, c.data_to
FROM latest
JOIN area a ON a.level = 3 AND a.kind <> 'unknown' AND latest.day >= a.valid_from AND latest.day < a.valid_to
LEFT JOIN coverage c ON c.area_id = a.area_id AND c.fact = 'answer' AND c.publication_id = (
    SELECT max(publication_id) FROM publication WHERE :p = 0 OR publication_id = :p)
WHERE c.data_to IS NULL OR c.data_to < date_trunc('month', latest.day)
