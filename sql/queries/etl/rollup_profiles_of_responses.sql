-- Every combination, not met before, of what the responses of a stretch of days can be cut by.
-- params: first_day, last_day, everywhere (false: only of the leaves that have a place)
-- grain: one combination
INSERT INTO rollup_profile (profile_id, own, brand, mode, business, generation, segment, urban, stage, channel, touchpoint)
SELECT (SELECT coalesce(max(profile_id), 0) FROM rollup_profile) + row_number() OVER (), coalesce(b.own, false), d.brand, mode, business, generation, segment, urban, stage, channel, touchpoint
FROM (
    SELECT DISTINCT r.brand, r.mode, r.business, r.generation, r.segment, r.stage, r.channel,
           CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END AS urban,
           coalesce(t.kind, 'none') AS touchpoint
    FROM response r
    JOIN area a USING (area_id)
    LEFT JOIN touchpoint t USING (touchpoint_id)
    WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND (:everywhere OR r.area_id IN (SELECT area_id FROM leaf_place))
) d
LEFT JOIN brand b USING (brand)
WHERE NOT EXISTS (SELECT FROM rollup_profile p
                  WHERE p.key = ARRAY[d.brand, d.mode, d.business, d.generation, d.segment, d.urban, d.stage, d.channel, d.touchpoint])
