-- Silences in force and those that ended of late, of an area, all below and all above.
-- params: area, now, since
-- grain: one silence
SELECT s.silence_id, a.code AS area, a.name_zh AS area_zh, a.name_en AS area_en, s.rule, r.name_zh AS rule_zh, r.name_en AS rule_en,
       i.name_zh AS indicator_zh, i.name_en AS indicator_en, s.until, s.reason, s.by, s.at, s.ended_at, s.ended_by,
       s.ended_at IS NULL AND s.until > :now AS in_force
FROM silence s
JOIN area a USING (area_id)
LEFT JOIN indicator i USING (indicator_id)
LEFT JOIN LATERAL (SELECT name_zh, name_en FROM alert_rule WHERE rule = s.rule ORDER BY version DESC LIMIT 1) r ON true
WHERE (s.area_id IN (SELECT descendant_id FROM area_closure WHERE ancestor_id = :area)
       OR s.area_id IN (SELECT ancestor_id FROM area_closure WHERE descendant_id = :area))
  AND (s.ended_at IS NULL AND s.until > :now OR coalesce(s.ended_at, s.until) >= CAST(:since AS timestamptz))
ORDER BY in_force DESC, s.until DESC
