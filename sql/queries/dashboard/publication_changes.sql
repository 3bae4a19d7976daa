-- The earlier readings a publication changed, the largest change (in proportion to the reading) first, as row-level
-- security lets the user see them.
-- params: publication, most (null for all)
-- grain: one area, indicator and period
SELECT a.code, a.name_zh, a.name_en, i.code AS indicator, i.name_zh AS indicator_zh, i.name_en AS indicator_en, i.unit, i.decimals,
       c.period, c.start, c.old_reading, c.new_reading, c.old_n, c.new_n, count(*) OVER () AS in_all
FROM publication_change c JOIN area a USING (area_id) JOIN indicator i USING (indicator_id)
WHERE c.publication_id = :publication
ORDER BY abs(c.new_reading - c.old_reading) / nullif(abs(c.old_reading), 0) DESC NULLS FIRST, a.code, i.code, c.start, c.period
LIMIT :most
