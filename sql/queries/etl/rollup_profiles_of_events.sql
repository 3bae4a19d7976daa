-- Every combination, not met before, of what those complaints and the process readings can be cut by; a reading has place and touchpoint
-- only.
-- params: first_day, last_day, everywhere (false: only of the leaves that have a place)
-- grain: one combination
INSERT INTO rollup_profile (profile_id, own, business, generation, segment, urban, stage, channel, touchpoint)
SELECT (SELECT coalesce(max(profile_id), 0) FROM rollup_profile) + row_number() OVER (), true, business, generation, segment, urban, stage,
       channel, touchpoint
FROM (
    SELECT business, generation, segment, urban, stage, channel, touchpoint FROM own_complaint
    UNION
    SELECT NULL, NULL, NULL, CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, NULL, NULL, coalesce(t.kind, 'none')
    FROM process_reading r JOIN area a USING (area_id) LEFT JOIN touchpoint t USING (touchpoint_id)
    WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND (:everywhere OR r.area_id IN (SELECT area_id FROM leaf_place))
) seen
WHERE NOT EXISTS (SELECT FROM rollup_profile p
                  WHERE p.key = ARRAY[NULL, NULL, seen.business, seen.generation, seen.segment, seen.urban, seen.stage, seen.channel, seen.touchpoint])
