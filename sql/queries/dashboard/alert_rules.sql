-- The rules in force, and how many alerts each has open where the reader looks.
-- params: area
-- grain: one rule
SELECT DISTINCT ON (r.rule) r.rule, r.version, r.kind, r.name_zh, r.name_en, r.indicators, r.levels, r.period, r.limits, r.owner,
       r.severity, r.recipients, r.escalate_days, r.review_due, r.enabled, r.valid_from, r.changed_by, r.note, a.name_zh AS area_zh,
       a.name_en AS area_en,
       (SELECT count(*) FROM episode e
        WHERE e.rule = r.rule AND e.closed_at IS NULL
          AND e.area_id IN (SELECT descendant_id FROM area_closure WHERE ancestor_id = :area)) AS open,
       (SELECT minds_letters()) AS changeable
FROM alert_rule r LEFT JOIN area a USING (area_id)
ORDER BY r.rule, r.version DESC
