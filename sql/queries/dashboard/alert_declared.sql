-- What was declared for an area, all below and all above, the latest first; what was withdrawn is not there.
-- params: area, since
-- grain: one declared event
SELECT d.event_id, d.kind, a.code AS area, a.name_zh AS area_zh, a.name_en AS area_en, d.first_day, d.last_day, d.words,
       d.declared_by, d.declared_at, may_act_on(d.area_id, d.line_id) AS own
FROM declared_event d JOIN area a USING (area_id)
WHERE d.withdrawn_at IS NULL AND d.last_day >= CAST(:since AS date)
  AND (d.area_id IN (SELECT descendant_id FROM area_closure WHERE ancestor_id = :area)
       OR d.area_id IN (SELECT ancestor_id FROM area_closure WHERE descendant_id = :area))
ORDER BY d.first_day DESC, d.event_id DESC
