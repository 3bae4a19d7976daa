-- Close the current rows of the periods that read differently now, or are no more; earlier publications keep them.
-- params: p (the publication being made)
-- grain: one row of ratio_rollup
UPDATE ratio_rollup r SET last_pub = :p
FROM rollup_span s
WHERE s.period = r.period AND s.start = r.start AND r.last_pub = 2147483647
  AND NOT EXISTS (SELECT FROM ratio_same k JOIN rollup_value v USING (value_id)
                  WHERE k.area_id = r.area_id AND k.indicator_id = r.indicator_id AND k.span_id = s.span_id
                    AND v.cut = r.cut AND v.value = r.value)
