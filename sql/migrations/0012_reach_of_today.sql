-- Whoever answers for an area today sees it, its past included; whoever answered for it before no longer does: reach follows the
-- last chain of ancestors only. Administrators are such on the root of the tree alone.
CREATE OR REPLACE FUNCTION refresh_user_area(only_user integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
    DELETE FROM user_area WHERE only_user IS NULL OR user_id = only_user;
    INSERT INTO user_area (user_id, area_id, reach)
    SELECT user_id, area_id, CASE WHEN bool_or(below) THEN 'full' ELSE 'above' END
    FROM (
        SELECT g.user_id, c.descendant_id AS area_id, true AS below
        FROM user_grant g
        JOIN area_closure c ON c.ancestor_id = g.area_id
        JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
        WHERE g.role <> 'line'
        UNION ALL
        SELECT g.user_id, c.ancestor_id, false
        FROM user_grant g
        JOIN area_closure c ON c.descendant_id = g.area_id
        JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
    ) reached
    WHERE only_user IS NULL OR user_id = only_user
    GROUP BY user_id, area_id;
$$;

CREATE OR REPLACE FUNCTION is_administrator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM user_grant g
        WHERE g.user_id = scope_user() AND g.role = 'admin'
          AND NOT EXISTS (SELECT 1 FROM area_parent p WHERE p.area_id = g.area_id)
    )
$$;

SELECT refresh_user_area();
