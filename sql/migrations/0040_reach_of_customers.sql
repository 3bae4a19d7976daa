-- Single customers are seen by who manages their area as the tree stands at its end, like everything else; what a trigger calls looks
-- nowhere but in its own schema.
CREATE OR REPLACE FUNCTION customer_areas() RETURNS SETOF integer LANGUAGE sql STABLE AS $$
    SELECT DISTINCT c.descendant_id
    FROM user_grant g
    JOIN area_closure c ON c.ancestor_id = g.area_id
    JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
    WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager', 'grid')
$$;
ALTER FUNCTION forget_upload_samples() SET search_path = manyi, pg_temp;
