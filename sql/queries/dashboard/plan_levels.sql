-- What the members of an area were asked in two versions of a plan.
-- params: plan, area, indicator, before, after (versions)
-- grain: one area
SELECT coalesce(n.area_id, o.area_id) AS area_id, o.displayed AS before, n.displayed AS after, n.lock, n.weight
FROM (SELECT * FROM plan_target WHERE plan_id = :plan AND indicator_id = :indicator AND first_version <= :after AND last_version > :after
        AND (area_id = :area OR parent_id = :area)) n
FULL JOIN (SELECT * FROM plan_target WHERE plan_id = :plan AND indicator_id = :indicator AND first_version <= :before
             AND last_version > :before AND (area_id = :area OR parent_id = :area)) o USING (area_id)
