-- What belongs to the whole operator: raw refused rows and files are seen from the root of the tree only,
-- the audit trail by administrators only. Both hold for the dashboard's role; the owner loads and inspects as before.
CREATE FUNCTION sees_operator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM user_grant g
        WHERE g.user_id = scope_user() AND g.role IN ('admin', 'quality', 'manager', 'analyst')
          AND NOT EXISTS (SELECT 1 FROM area_parent p WHERE p.area_id = g.area_id)
    )
$$;
CREATE FUNCTION is_administrator() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'admin')
$$;

ALTER TABLE file ENABLE ROW LEVEL SECURITY;
CREATE POLICY file_scope ON file FOR SELECT USING (sees_operator());
ALTER TABLE rejected_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY rejected_row_scope ON rejected_row FOR SELECT USING (sees_operator());

ALTER TABLE audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit_write ON audit FOR INSERT WITH CHECK (true);
CREATE POLICY audit_read ON audit FOR SELECT USING (is_administrator());
CREATE INDEX audit_recent ON audit (at DESC);
