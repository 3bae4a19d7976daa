-- The kept reports the reader may see of an area and all below it, the latest period first and the highest area in it, without their bytes.
-- params: area, words (in a name, code or period; null: all), most
-- grain: one report
SELECT r.report_id, a.code, a.name_zh, a.name_en, a.level, r.period, r.start, r.language, r.publication_id, r.reader_id IS NOT NULL AS own,
       r.title, r.pages, r.bytes, r.missing, r.made_at, r.sha256
FROM report r
JOIN area a USING (area_id)
WHERE r.area_id IN (SELECT c.descendant_id FROM area_closure c WHERE c.ancestor_id = :area)
  AND (CAST(:words AS text) IS NULL OR strpos(lower(concat_ws(' ', a.code, a.name_zh, a.name_en, a.sort_key, r.title)), lower(:words)) > 0)
ORDER BY r.start DESC, a.level, a.sort_key, a.code, r.report_id DESC
LIMIT :most
