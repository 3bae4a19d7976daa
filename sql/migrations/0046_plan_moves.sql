-- How plans are changed: through these functions alone, which ask who acts and where, hold the rules and leave a line on the audit
-- trail. The store's owner (the command line) may do what any side may.
CREATE FUNCTION plan_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = 'plan'::regclass), 'MEMBER')
$$;
CREATE FUNCTION plan_actor() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT u.login FROM app_user u WHERE u.user_id = scope_user() AND NOT u.disabled), CASE WHEN plan_owner() THEN 'cli' END)
$$;

-- Whether the user plans what lies below an area: quality or management of it or of an area above.
CREATE FUNCTION plans_below(of_area integer) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
    SELECT plan_owner() AND scope_user() IS NULL OR EXISTS (
        SELECT FROM user_grant g
        JOIN area_closure c ON c.ancestor_id = g.area_id AND c.descendant_id = of_area
        JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
        WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager'))
$$;

-- For whom the user answers at an area's target of an indicator.
CREATE FUNCTION plan_sides(of_plan integer, of_indicator integer, of_area integer) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
    SELECT CASE WHEN plan_owner() AND scope_user() IS NULL THEN ARRAY['above', 'own'] ELSE array_remove(ARRAY[
        (SELECT 'above' FROM plan p
         WHERE p.plan_id = of_plan AND EXISTS (
             SELECT FROM user_grant g
             JOIN area_closure c ON c.ancestor_id = g.area_id AND c.descendant_id = of_area
             JOIN area d ON d.area_id = c.descendant_id AND c.valid_to = d.valid_to
             WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager') AND (c.depth > 0 OR of_area = p.area_id))),
        (SELECT 'own' FROM plan p
         WHERE p.plan_id = of_plan AND of_area <> p.area_id AND EXISTS (
             SELECT FROM user_grant g
             WHERE g.user_id = scope_user() AND g.role IN ('quality', 'manager', 'grid') AND g.area_id = of_area)),
        (SELECT 'line' WHERE EXISTS (
             SELECT FROM user_grant g JOIN indicator i USING (line_id)
             WHERE g.user_id = scope_user() AND g.role = 'line' AND i.indicator_id = of_indicator))
    ], NULL) END
$$;

CREATE FUNCTION plan_note(what text, of_plan integer, more jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO audit (user_id, actor, action, subject, detail) VALUES (scope_user(), plan_actor(), what, 'plan ' || of_plan, more)
$$;

-- One move of catchball. Errors carry a word the pages know (SQLSTATE P0001).
CREATE FUNCTION plan_move(of_plan integer, of_indicator integer, of_area integer, what text, level_asked double precision, words text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    now_at text; rule record; p record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL OR NOT EXISTS (SELECT FROM plan_target t WHERE t.plan_id = of_plan AND t.area_id = of_area
                                AND t.indicator_id = of_indicator AND t.last_version > p.version) THEN
        RAISE EXCEPTION 'gone';
    END IF;
    IF p.status <> 'proposed' THEN RAISE EXCEPTION 'closed'; END IF;
    SELECT coalesce((SELECT s.state FROM plan_stand s
                     WHERE (s.plan_id, s.area_id, s.indicator_id) = (of_plan, of_area, of_indicator)), 'proposed') INTO now_at;
    SELECT r.* INTO rule FROM catchball_rule r
    WHERE r.state = now_at AND r.action = what AND r.side = ANY (plan_sides(of_plan, of_indicator, of_area))
    ORDER BY array_position(ARRAY['above', 'own', 'line'], r.side) LIMIT 1;
    IF rule IS NULL THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF rule.value AND (level_asked IS NULL OR level_asked IN ('NaN', 'Infinity', '-Infinity')) THEN RAISE EXCEPTION 'no_value'; END IF;
    IF rule.note AND btrim(words) = '' THEN RAISE EXCEPTION 'no_note'; END IF;
    IF length(words) > 2000 THEN RAISE EXCEPTION 'long_note'; END IF;
    INSERT INTO plan_step (plan_id, version, area_id, indicator_id, action, side, value, note, by)
    VALUES (of_plan, p.version, of_area, of_indicator, what, rule.side, level_asked, words, plan_actor());
    INSERT INTO plan_stand (plan_id, area_id, indicator_id, state, value, note, by)
    VALUES (of_plan, of_area, of_indicator, rule.to_state, CASE WHEN rule.value THEN level_asked END, words, plan_actor())
    ON CONFLICT (plan_id, area_id, indicator_id) DO UPDATE
    SET state = excluded.state, note = excluded.note, by = excluded.by, at = now(),
        value = CASE WHEN what IN ('counter') THEN excluded.value WHEN rule.to_state = now_at THEN plan_stand.value END;
    PERFORM plan_note('plan.' || what, of_plan, jsonb_build_object('area', (SELECT code FROM area WHERE area_id = of_area),
        'indicator', (SELECT code FROM indicator WHERE indicator_id = of_indicator), 'value', level_asked, 'note', words));
    RETURN rule.to_state;
END $$;

-- A new version begins; what is saved in it follows in the same transaction. ``seen``: the version the change was made on.
CREATE FUNCTION plan_begin(of_plan integer, seen integer, under integer, words text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE p record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL THEN RAISE EXCEPTION 'gone'; END IF;
    IF p.status <> 'proposed' THEN RAISE EXCEPTION 'closed'; END IF;
    IF p.version <> seen THEN RAISE EXCEPTION 'changed'; END IF;
    IF NOT plans_below(under) OR NOT EXISTS (SELECT FROM plan_target t WHERE t.plan_id = of_plan AND t.area_id = under) THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE plan SET version = p.version + 1 WHERE plan_id = of_plan;
    INSERT INTO plan_version (plan_id, version, by, note) VALUES (of_plan, p.version + 1, plan_actor(), left(words, 2000));
    PERFORM plan_note('plan.version', of_plan, jsonb_build_object('version', p.version + 1, 'note', words,
        'area', (SELECT code FROM area WHERE area_id = under)));
    RETURN p.version + 1;
END $$;

-- Targets of one indicator below one area, solved anew. Levels must roll up; the area's own target stays unless it is the root.
CREATE FUNCTION plan_save(of_plan integer, of_indicator integer, under integer, areas integer[], floors double precision[],
    caps double precision[], locks double precision[], targets double precision[], shown double precision[],
    easy double precision[], hard double precision[], bound boolean[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    p record; found integer; off record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL OR p.status <> 'proposed' THEN RAISE EXCEPTION 'closed'; END IF;
    IF NOT plans_below(under) THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    CREATE TEMP TABLE plan_new ON COMMIT DROP AS
    SELECT t.*, n.floor AS new_floor, n.cap AS new_cap, n.lock AS new_lock, n.target AS new_target, n.displayed AS new_displayed,
           n.easiest AS new_easiest, n.hardest AS new_hardest, n.binding AS new_binding
    FROM unnest(areas, floors, caps, locks, targets, shown, easy, hard, bound)
         AS n (area_id, floor, cap, lock, target, displayed, easiest, hardest, binding)
    JOIN plan_target t ON t.plan_id = of_plan AND t.indicator_id = of_indicator AND t.area_id = n.area_id AND t.last_version = 2147483647;
    WITH RECURSIVE down AS (
        SELECT t.area_id FROM plan_target t
        WHERE t.plan_id = of_plan AND t.indicator_id = of_indicator AND t.area_id = under AND t.last_version = 2147483647
        UNION ALL
        SELECT t.area_id FROM plan_target t JOIN down d ON t.parent_id = d.area_id
        WHERE t.plan_id = of_plan AND t.indicator_id = of_indicator AND t.last_version = 2147483647
    )
    SELECT count(*) INTO found FROM down JOIN plan_new USING (area_id);
    IF found = 0 OR found <> (SELECT count(*) FROM plan_new) OR found <> cardinality(areas) THEN RAISE EXCEPTION 'gone'; END IF;
    IF EXISTS (SELECT FROM plan_new n WHERE n.new_target IN ('NaN', 'Infinity', '-Infinity') OR n.new_target IS NULL) THEN
        RAISE EXCEPTION 'no_value';
    END IF;
    IF under <> p.area_id AND EXISTS (
        SELECT FROM plan_new n WHERE n.area_id = under AND (abs(n.new_target - n.target) > 1e-9 * greatest(1, abs(n.target))
                                                          OR n.new_lock IS DISTINCT FROM n.lock OR n.new_cap IS DISTINCT FROM n.cap)) THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO off FROM (
        SELECT v.area_id, abs(sum(c.weight * c.new_target) / sum(c.weight) - v.new_target) / greatest(1, abs(v.new_target)) AS raw,
               abs(sum(c.weight * c.new_displayed) / sum(c.weight) - v.new_displayed) AS told
        FROM plan_new v JOIN plan_new c ON c.parent_id = v.area_id
        GROUP BY v.area_id, v.new_target, v.new_displayed HAVING sum(c.weight) > 0) rolled
    WHERE raw > 1e-9 OR told > 0.01 LIMIT 1;
    IF off IS NOT NULL THEN RAISE EXCEPTION 'off'; END IF;
    DELETE FROM plan_new n WHERE (n.new_floor, n.new_cap, n.new_lock, n.new_target, n.new_displayed, n.new_easiest, n.new_hardest, n.new_binding)
        IS NOT DISTINCT FROM (n.floor, n.cap, n.lock, n.target, n.displayed, n.easiest, n.hardest, n.binding);
    DELETE FROM plan_target t USING plan_new n
    WHERE t.plan_id = of_plan AND t.indicator_id = of_indicator AND t.area_id = n.area_id AND t.first_version = p.version;
    UPDATE plan_target t SET last_version = p.version FROM plan_new n
    WHERE t.plan_id = of_plan AND t.indicator_id = of_indicator AND t.area_id = n.area_id AND t.last_version = 2147483647;
    INSERT INTO plan_target (plan_id, indicator_id, area_id, parent_id, level, weight, baseline, floor, cap, lock, target, displayed,
                             challenge, lead, easiest, hardest, binding, reach, first_version)
    SELECT plan_id, indicator_id, area_id, parent_id, level, weight, baseline, new_floor, new_cap, new_lock, new_target, new_displayed,
           challenge + (new_target - target), lead + (new_target - target), new_easiest, new_hardest, new_binding, reach, p.version
    FROM plan_new;
    GET DIAGNOSTICS found = ROW_COUNT;
    WITH anew AS (  -- who agreed to another level has not agreed to this one
        UPDATE plan_stand s SET state = 'proposed', note = '', by = plan_actor(), at = now()
        FROM plan_new n
        WHERE s.plan_id = of_plan AND s.indicator_id = of_indicator AND s.area_id = n.area_id AND s.state = 'agreed'
          AND n.new_displayed <> n.displayed AND n.new_lock IS NULL AND n.area_id <> under
        RETURNING s.area_id, n.new_displayed
    )
    INSERT INTO plan_step (plan_id, version, area_id, indicator_id, action, side, value, by)
    SELECT of_plan, p.version, a.area_id, of_indicator, 'anew', 'above', a.new_displayed, plan_actor() FROM anew a;
    DROP TABLE plan_new;
    RETURN found;
END $$;

-- What is asked of the root of one indicator, and how it is shared out; saved with its targets by who plans the whole.
CREATE FUNCTION plan_ask(of_plan integer, of_indicator integer, how text, level_asked double precision, beyond double precision,
    ended text, reachable double precision, lacking double precision) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE p record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL OR p.status <> 'proposed' THEN RAISE EXCEPTION 'closed'; END IF;
    IF NOT plans_below(p.area_id) THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF ended = 'infeasible' THEN RAISE EXCEPTION 'infeasible'; END IF;
    INSERT INTO plan_indicator (plan_id, indicator_id, role, mode, ceiling, rational, challenge, lead, first_version)
    SELECT plan_id, indicator_id, role, how, ceiling, beyond, challenge, lead, p.version
    FROM plan_indicator i WHERE i.plan_id = of_plan AND i.indicator_id = of_indicator AND i.last_version = 2147483647
      AND i.first_version < p.version;
    UPDATE plan_indicator SET last_version = p.version
    WHERE plan_id = of_plan AND indicator_id = of_indicator AND last_version = 2147483647 AND first_version < p.version;
    INSERT INTO plan_asked (plan_id, indicator_id, area_id, asked, rival, status, attainable, shortfall, first_version)
    SELECT plan_id, indicator_id, area_id, level_asked, rival, ended, reachable, lacking, p.version
    FROM plan_asked i WHERE i.plan_id = of_plan AND i.indicator_id = of_indicator AND i.last_version = 2147483647
      AND i.first_version < p.version;
    UPDATE plan_asked SET last_version = p.version
    WHERE plan_id = of_plan AND indicator_id = of_indicator AND last_version = 2147483647 AND first_version < p.version;
END $$;

-- The plan as a whole: locked when no counter-proposal is unanswered, opened again, published, withdrawn.
CREATE FUNCTION plan_turn(of_plan integer, what text, words text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    p record; next_status text;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL THEN RAISE EXCEPTION 'gone'; END IF;
    IF NOT plans_below(p.area_id) THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    next_status := CASE WHEN what = 'lock' AND p.status = 'proposed' THEN 'locked' WHEN what = 'open' AND p.status = 'locked' THEN 'proposed'
                        WHEN what = 'publish' AND p.status = 'locked' THEN 'published'
                        WHEN what = 'withdraw' AND p.status IN ('proposed', 'locked') THEN 'withdrawn' END;
    IF next_status IS NULL THEN RAISE EXCEPTION 'closed'; END IF;
    IF what = 'lock' AND EXISTS (SELECT FROM plan_stand s WHERE s.plan_id = of_plan AND s.state = 'countered') THEN
        RAISE EXCEPTION 'unanswered';
    END IF;
    IF what = 'publish' THEN
        UPDATE plan SET status = 'superseded'
        WHERE area_id = p.area_id AND period = p.period AND start = p.start AND status = 'published';
        UPDATE publication SET attained_at = NULL  -- it is to be judged on this plan too
        WHERE publication_id = (SELECT max(publication_id) FROM publication) AND data_to >= p.start;
    END IF;
    UPDATE plan SET status = next_status, published_at = CASE WHEN what = 'publish' THEN now() ELSE published_at END WHERE plan_id = of_plan;
    INSERT INTO plan_step (plan_id, version, area_id, action, side, note, by)
    VALUES (of_plan, p.version, p.area_id, what, 'above', left(words, 2000), plan_actor());
    PERFORM plan_note('plan.' || what, of_plan, jsonb_build_object('version', p.version, 'note', words));
    RETURN next_status;
END $$;

-- Close a month or quarter of a published plan on the scores of the latest judged publication.
CREATE FUNCTION appraisal_close(of_plan integer, kind text, first_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    p record; made integer; judged record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan;
    IF p IS NULL OR p.status <> 'published' THEN RAISE EXCEPTION 'closed'; END IF;
    IF NOT plans_below(p.area_id) THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    SELECT publication_id, data_to INTO judged FROM publication WHERE attained_at IS NOT NULL ORDER BY publication_id DESC LIMIT 1;
    IF judged IS NULL OR period_end(kind, first_day) > judged.data_to OR NOT EXISTS (
        SELECT FROM card_score c WHERE c.plan_id = of_plan AND c.period = kind AND c.start = first_day AND c.last_pub > judged.publication_id) THEN
        RAISE EXCEPTION 'running';
    END IF;
    INSERT INTO appraisal (plan_id, period, start, publication_id, by) VALUES (of_plan, kind, first_day, judged.publication_id, plan_actor())
    ON CONFLICT DO NOTHING RETURNING appraisal_id INTO made;
    IF made IS NULL THEN RAISE EXCEPTION 'there'; END IF;
    INSERT INTO appraisal_score (appraisal_id, area_id, part, line_id, score, share, first_version)
    SELECT made, c.area_id, c.part, c.line_id, c.score, c.share, 1 FROM card_score c
    WHERE c.plan_id = of_plan AND c.period = kind AND c.start = first_day
      AND c.first_pub <= judged.publication_id AND c.last_pub > judged.publication_id;
    PERFORM plan_note('appraisal.close', of_plan, jsonb_build_object('period', kind, 'start', first_day, 'publication', judged.publication_id));
    RETURN made;
END $$;

CREATE FUNCTION appraisal_object(of_appraisal integer, of_area integer, of_part text, of_line text, words text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    a record; made bigint;
BEGIN
    SELECT * INTO a FROM appraisal WHERE appraisal_id = of_appraisal;
    IF a IS NULL OR NOT EXISTS (SELECT FROM appraisal_score s WHERE s.appraisal_id = of_appraisal AND s.area_id = of_area
                                AND s.part = of_part AND s.line_id = of_line) THEN RAISE EXCEPTION 'gone'; END IF;
    IF NOT (plan_owner() AND scope_user() IS NULL) AND NOT EXISTS (
        SELECT FROM user_grant g WHERE g.user_id = scope_user() AND (g.area_id = of_area AND g.role IN ('quality', 'manager', 'grid')
               OR of_part = 'line' AND g.role = 'line' AND g.line_id = of_line)) THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF btrim(words) = '' THEN RAISE EXCEPTION 'no_note'; END IF;
    IF length(words) > 2000 THEN RAISE EXCEPTION 'long_note'; END IF;
    IF EXISTS (SELECT FROM appraisal_objection o WHERE o.appraisal_id = of_appraisal AND o.area_id = of_area AND o.part = of_part
               AND o.line_id = of_line AND o.decision IS NULL) THEN RAISE EXCEPTION 'there'; END IF;
    INSERT INTO appraisal_objection (appraisal_id, area_id, part, line_id, reason, by)
    VALUES (of_appraisal, of_area, of_part, of_line, words, plan_actor()) RETURNING objection_id INTO made;
    PERFORM plan_note('appraisal.object', a.plan_id, jsonb_build_object('area', (SELECT code FROM area WHERE area_id = of_area),
        'part', of_part, 'line', of_line, 'reason', words));
    RETURN made;
END $$;

-- Decide on an objection; upheld with another score it makes a version of the sheet, the card's own score following its parts.
CREATE FUNCTION appraisal_decide(of_objection bigint, how text, given double precision, words text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    o record; a record; next_version integer;
BEGIN
    SELECT * INTO o FROM appraisal_objection WHERE objection_id = of_objection FOR UPDATE;
    IF o IS NULL THEN RAISE EXCEPTION 'gone'; END IF;
    SELECT r.*, p.area_id INTO a FROM appraisal r JOIN plan p USING (plan_id) WHERE appraisal_id = o.appraisal_id FOR UPDATE OF r;
    IF NOT plans_below(a.area_id) THEN RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege'; END IF;
    IF o.decision IS NOT NULL THEN RAISE EXCEPTION 'there'; END IF;
    IF how NOT IN ('upheld', 'rejected') OR btrim(words) = '' THEN RAISE EXCEPTION 'no_note'; END IF;
    IF how = 'upheld' AND (given IS NULL OR NOT given BETWEEN 0 AND 120) THEN RAISE EXCEPTION 'no_value'; END IF;
    UPDATE appraisal_objection SET decision = how, decided = words, score = CASE how WHEN 'upheld' THEN given END,
           decided_by = plan_actor(), decided_at = now() WHERE objection_id = of_objection;
    next_version := a.version;
    IF how = 'upheld' THEN
        next_version := a.version + 1;
        UPDATE appraisal SET version = next_version WHERE appraisal_id = a.appraisal_id;
        CREATE TEMP TABLE score_new ON COMMIT DROP AS
        SELECT s.* FROM appraisal_score s
        WHERE s.appraisal_id = a.appraisal_id AND s.area_id = o.area_id AND s.last_version = 2147483647;
        UPDATE score_new SET score = given WHERE part = o.part AND line_id = o.line_id;
        UPDATE score_new c SET score = (SELECT sum(n.score * n.share) / sum(n.share) FROM score_new n WHERE n.part <> 'card')
        WHERE c.part = 'card' AND o.part <> 'card';
        UPDATE appraisal_score s SET last_version = next_version FROM score_new n
        WHERE s.appraisal_id = a.appraisal_id AND s.area_id = o.area_id AND s.part = n.part AND s.line_id = n.line_id
          AND s.last_version = 2147483647 AND s.score <> n.score;
        INSERT INTO appraisal_score (appraisal_id, area_id, part, line_id, score, share, first_version)
        SELECT n.appraisal_id, n.area_id, n.part, n.line_id, n.score, n.share, next_version FROM score_new n
        JOIN appraisal_score s ON s.appraisal_id = n.appraisal_id AND s.area_id = n.area_id AND s.part = n.part AND s.line_id = n.line_id
                              AND s.last_version = next_version;
        DROP TABLE score_new;
    END IF;
    PERFORM plan_note('appraisal.decide', a.plan_id, jsonb_build_object('objection', of_objection, 'decision', how, 'score', given,
        'note', words, 'version', next_version));
    RETURN next_version;
END $$;

-- Who plans a whole tree may ask for a proposal; the schedule makes it.
CREATE POLICY job_run_propose ON job_run FOR INSERT
    WITH CHECK (job = 'propose' AND state = 'due' AND attempt = 0 AND started_at IS NULL
                AND plans_below((asked->>'area_id')::integer)
                AND asked_by = (SELECT u.login FROM app_user u WHERE u.user_id = scope_user()));
