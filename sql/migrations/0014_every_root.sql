-- Files, refused rows and the audit trail belong to the store as a whole. Where several trees lie in it, only who holds the
-- role on the root of every one of them sees these: a file or an account may speak of any tree.
CREATE FUNCTION holds_every_root(roles text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM user_grant g WHERE g.user_id = scope_user() AND g.role = ANY(roles))
       AND NOT EXISTS (
           SELECT FROM area a
           WHERE NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = a.area_id)
             AND NOT EXISTS (SELECT FROM user_grant g
                             WHERE g.user_id = scope_user() AND g.area_id = a.area_id AND g.role = ANY(roles)))
$$;

CREATE OR REPLACE FUNCTION sees_operator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT holds_every_root(ARRAY['admin', 'quality', 'manager', 'analyst'])
$$;

CREATE OR REPLACE FUNCTION is_administrator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT holds_every_root(ARRAY['admin'])
$$;
