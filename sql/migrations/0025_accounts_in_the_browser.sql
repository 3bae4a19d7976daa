-- Accounts kept in the browser: an administrator of the whole store adds and closes them and gives roles; whoever is signed in
-- changes the own row alone. Before a session there is nobody, who reads (to check a password) and changes nothing.
ALTER TABLE app_user ADD COLUMN password_given boolean NOT NULL DEFAULT false;  -- by somebody else: to be changed at the next sign-in

ALTER TABLE app_user ENABLE ROW LEVEL SECURITY;
CREATE POLICY app_user_seen ON app_user FOR SELECT USING (true);
CREATE POLICY app_user_add ON app_user FOR INSERT WITH CHECK ((SELECT is_administrator()));
CREATE POLICY app_user_change ON app_user FOR UPDATE USING (user_id = scope_user() OR (SELECT is_administrator()));

ALTER TABLE user_grant ENABLE ROW LEVEL SECURITY;
CREATE POLICY user_grant_seen ON user_grant FOR SELECT USING (true);
CREATE POLICY user_grant_give ON user_grant FOR INSERT WITH CHECK ((SELECT is_administrator()));
CREATE POLICY user_grant_take ON user_grant FOR DELETE USING ((SELECT is_administrator()));

-- It spells out what the grants say and nothing else, so whoever may change grants may let it run.
ALTER FUNCTION refresh_user_area(integer) SECURITY DEFINER SET search_path = manyi, pg_temp;
