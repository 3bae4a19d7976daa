-- Who sees the whole store is asked once a statement, not once for every file, refused row and act.
ALTER POLICY file_scope ON file USING ((SELECT sees_operator()));
ALTER POLICY rejected_row_scope ON rejected_row USING ((SELECT sees_operator()));
ALTER POLICY audit_read ON audit USING ((SELECT is_administrator()));
