-- Unrounded targets roll up to 1e-9 of a point, not of their level; levels beyond 100 in proportion.
CREATE OR REPLACE FUNCTION plan_off(of_plan integer)
RETURNS TABLE (indicator_id smallint, area_id integer, target double precision, of_children double precision,
               displayed double precision, displayed_of_children double precision)
LANGUAGE sql STABLE AS $$
    WITH now AS (
        SELECT t.* FROM plan p JOIN plan_target t USING (plan_id)
        WHERE p.plan_id = of_plan AND t.first_version <= p.version AND t.last_version > p.version
    ), rolled AS (
        SELECT c.indicator_id, c.parent_id AS area_id, sum(c.weight) AS weight, sum(c.weight * c.target) AS target,
               sum(c.weight * c.displayed) AS displayed
        FROM now c WHERE c.parent_id <> 0 GROUP BY 1, 2
    )
    SELECT r.indicator_id, r.area_id, v.target, r.target / nullif(r.weight, 0), v.displayed, r.displayed / nullif(r.weight, 0)
    FROM rolled r LEFT JOIN now v USING (indicator_id, area_id)
    WHERE v.area_id IS NULL OR abs(r.weight - v.weight) > 1e-9 * greatest(1, v.weight)
       OR r.weight > 0 AND (abs(r.target / r.weight - v.target) > 1e-9 * greatest(1, abs(v.target) / 100)
                            OR abs(r.displayed / r.weight - v.displayed) > 0.01)
$$;
