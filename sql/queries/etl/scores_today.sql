-- Survey sums of an area's own node and, when asked, its children in today's tree, restated to that tree.
-- params: area (code), period, start, publication, children
-- grain: one area and indicator
SELECT a.code AS area, a.name_zh, a.name_en, i.code AS indicator, i.name_zh AS indicator_zh, i.name_en AS indicator_en,
       sum(r.n) AS n,
       CASE WHEN count(r.hidden) = 0 THEN sum(r.sw) ELSE 0 END AS sw, CASE WHEN count(r.hidden) = 0 THEN sum(r.sw2) ELSE 0 END AS sw2,
       CASE WHEN count(r.hidden) = 0 THEN sum(r.swx) ELSE 0 END AS swx,
       CASE WHEN count(r.hidden) = 0 THEN sum(r.swx2) ELSE 0 END AS swx2, max(r.hidden) AS hidden
FROM (
    SELECT c.descendant_id AS area_id
    FROM area_closure c JOIN area top ON top.area_id = c.ancestor_id
    JOIN publication p ON p.publication_id = :publication AND c.valid_from <= p.tree_day AND p.tree_day < c.valid_to
    WHERE top.code = :area AND c.depth <= CASE WHEN :children THEN 1 ELSE 0 END
) chosen
CROSS JOIN LATERAL (
    SELECT n, sw, sw2, swx, swx2, hidden, area_id, indicator_id FROM score_public r WHERE r.area_id = chosen.area_id AND r.period = :period AND r.start = :start AND r.cut = 'all'
       AND r.first_pub <= :publication AND r.last_pub > :publication
    UNION ALL
    SELECT n, sw, sw2, swx, swx2, hidden, area_id, indicator_id FROM shift_public r WHERE r.area_id = chosen.area_id AND r.period = :period AND r.start = :start AND r.cut = 'all'
       AND r.first_pub <= :publication AND r.last_pub > :publication
) r
JOIN area a ON a.area_id = r.area_id
JOIN indicator i ON i.indicator_id = r.indicator_id
GROUP BY a.area_id, i.indicator_id
HAVING sum(r.n) > 0
ORDER BY a.level, a.sort_key, a.code, i.headline NULLS LAST, i.indicator_id
