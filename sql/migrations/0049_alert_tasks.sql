-- An alert leads to an improvement task: made once, by who answers for its area or owns its line, with a due day that puts the
-- matter on a line and a person.
DROP POLICY task_scope ON task;
CREATE POLICY task_scope ON task FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user() AND u.reach = 'full')
    OR line_id IN (SELECT g.line_id FROM user_grant g WHERE g.user_id = scope_user() AND g.role = 'line'));

-- Whether a user answers for an area (not analysts, not the areas above or beside) or owns the line, everywhere.
CREATE FUNCTION answers_for(who integer, of_area integer, of_line text) RETURNS boolean LANGUAGE sql STABLE
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM user_grant g
        JOIN area_closure c ON c.ancestor_id = g.area_id AND c.descendant_id = of_area
        JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
        WHERE g.user_id = who
          AND (g.role IN ('admin', 'quality', 'manager', 'grid') OR (g.role = 'line' AND g.line_id = of_line)))
$$;
REVOKE ALL ON FUNCTION answers_for(integer, integer, text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION may_act_on(of_area integer, of_line text) RETURNS boolean LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
BEGIN
    IF scope_user() IS NULL THEN RETURN session_user = current_user; END IF;
    RETURN answers_for(scope_user(), of_area, of_line);
END $$;

-- What came of it: 'made', 'gone' (no such alert, or not open), 'has_task', 'task_owner' (nobody by that login answers for it).
CREATE FUNCTION make_alert_task(of_episode bigint, words_zh text, words_en text, due date, given_to text, note text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    one episode;
    person integer;
    made bigint;
BEGIN
    SELECT * INTO one FROM episode e WHERE e.episode_id = of_episode AND e.closed_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN RETURN 'gone'; END IF;
    IF NOT may_act_on(one.area_id, one.line_id) THEN
        RAISE EXCEPTION 'no right to make a task of that alert' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF one.task_id IS NOT NULL THEN RETURN 'has_task'; END IF;
    SELECT u.user_id INTO person FROM app_user u
    WHERE u.login = coalesce(nullif(given_to, ''), acting_login()) AND NOT u.disabled
      AND answers_for(u.user_id, one.area_id, one.line_id);
    IF person IS NULL THEN RETURN 'task_owner'; END IF;
    INSERT INTO task (kind, title, title_en, area_id, line_id, owner_id, due_on, origin, source)
    VALUES ('alert', words_zh, words_en, one.area_id, one.line_id, person, due, 'alert ' || of_episode,
            jsonb_build_object('episode', of_episode, 'rule', one.rule, 'since', one.since, 'value', one.value, 'size', one.size,
                               'note', coalesce(note, ''), 'by', acting_login()))
    RETURNING task_id INTO made;
    UPDATE episode SET task_id = made WHERE episode_id = of_episode;
    INSERT INTO episode_event (episode_id, what, at, start, s, by, detail)
    VALUES (of_episode, 'assigned', now(), one.latest, one.s, acting_login(),
            jsonb_build_object('task', made, 'due', due, 'note', coalesce(note, '')));
    PERFORM audit_alert('alert_task_made', 'episode ' || of_episode,
                        jsonb_build_object('task', made, 'due', due, 'owner', given_to, 'note', coalesce(note, '')));
    RETURN 'made';
END $$;
