-- Every combination of what complaints (own brand) and process readings can be cut by; a reading has place and touchpoint only.
-- params: first_day, last_day, everywhere (false: only of the leaves that have a place)
-- grain: one combination
INSERT INTO rollup_profile (profile_id, own, business, generation, segment, urban, stage, channel, touchpoint)
SELECT row_number() OVER (), true, business, generation, segment, urban, stage, channel, touchpoint
FROM (
    SELECT c.business, c.generation, c.segment, c.stage, c.channel,
           CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END AS urban,
           coalesce(t.kind, 'none') AS touchpoint
    FROM complaint c JOIN brand b ON b.brand = c.brand AND b.own
    JOIN area a USING (area_id) LEFT JOIN touchpoint t USING (touchpoint_id)
    WHERE :everywhere OR c.area_id IN (SELECT area_id FROM leaf_place)
    UNION
    SELECT NULL, NULL, NULL, NULL, NULL,
           CASE a.urban WHEN true THEN 'urban' WHEN false THEN 'rural' ELSE 'unknown' END, coalesce(t.kind, 'none')
    FROM process_reading r JOIN area a USING (area_id) LEFT JOIN touchpoint t USING (touchpoint_id)
    WHERE r.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
      AND (:everywhere OR r.area_id IN (SELECT area_id FROM leaf_place))
) seen
