-- How far an area's data go is no figure: a line owner, who reads his indicators everywhere, may know it everywhere.
DROP POLICY coverage_scope ON coverage;
CREATE POLICY coverage_scope ON coverage FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR EXISTS (SELECT 1 FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'line'));
