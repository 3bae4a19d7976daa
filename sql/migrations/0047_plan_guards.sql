-- A version's author and words are told where they belong: at the area they speak of, below it and above it, not to its neighbours.
ALTER TABLE plan_version ADD COLUMN area_id integer;
UPDATE plan_version v SET area_id = coalesce(  -- what was locked or accepted at one area was noted under its parent, beginning with its code
    (SELECT a.area_id FROM area a WHERE a.code = split_part(v.note, ' ', 1)),
    (SELECT a.area_id FROM audit l JOIN area a ON a.code = l.detail->>'area'
     WHERE l.action = 'plan.version' AND l.subject = 'plan ' || v.plan_id AND l.detail->>'version' = v.version::text LIMIT 1),
    p.area_id)
FROM plan p WHERE p.plan_id = v.plan_id;
ALTER TABLE plan_version ALTER COLUMN area_id SET NOT NULL;
DROP POLICY plan_version_scope ON plan_version;
CREATE POLICY plan_version_scope ON plan_version FOR SELECT USING (
    area_id IN (SELECT u.area_id FROM user_area u WHERE u.user_id = scope_user()));

DROP FUNCTION plan_begin(integer, integer, integer, text);
-- A new version begins; what is saved in it follows in the same transaction. ``seen``: the version the change was made on; ``about``:
-- the area it speaks of, below which and above which it is told.
CREATE FUNCTION plan_begin(of_plan integer, seen integer, under integer, about integer, words text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE p record;
BEGIN
    SELECT * INTO p FROM plan WHERE plan_id = of_plan FOR UPDATE;
    IF p IS NULL THEN RAISE EXCEPTION 'gone'; END IF;
    IF p.status <> 'proposed' THEN RAISE EXCEPTION 'closed'; END IF;
    IF p.version <> seen THEN RAISE EXCEPTION 'changed'; END IF;
    IF NOT plans_below(under) OR NOT plans_below(about) OR 2 <> (
        SELECT count(*) FROM unnest(ARRAY[under, about]) n
        WHERE EXISTS (SELECT FROM plan_target t WHERE t.plan_id = of_plan AND t.area_id = n)) THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE plan SET version = p.version + 1 WHERE plan_id = of_plan;
    INSERT INTO plan_version (plan_id, version, area_id, by, note) VALUES (of_plan, p.version + 1, about, plan_actor(), left(words, 2000));
    PERFORM plan_note('plan.version', of_plan, jsonb_build_object('version', p.version + 1, 'note', words,
        'area', (SELECT code FROM area WHERE area_id = about)));
    RETURN p.version + 1;
END $$;

-- Where the newest version of a plan does not make what stands above it: unrounded to 1e-9, displayed to 0.01, weights as sums.
CREATE FUNCTION plan_off(of_plan integer)
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
       OR r.weight > 0 AND (abs(r.target / r.weight - v.target) > 1e-9 * greatest(1, abs(v.target))
                            OR abs(r.displayed / r.weight - v.displayed) > 0.01)
$$;

-- The plan as a whole: locked when no counter-proposal is unanswered, opened again, published, withdrawn. What does not roll up is
-- neither locked nor published, whoever wrote it.
CREATE OR REPLACE FUNCTION plan_turn(of_plan integer, what text, words text) RETURNS text
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
    IF what IN ('lock', 'publish') AND EXISTS (SELECT FROM plan_off(of_plan)) THEN RAISE EXCEPTION 'off'; END IF;
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

CREATE INDEX plan_target_of_parent ON plan_target (plan_id, parent_id);  -- the family of an area, for a page and each trial
