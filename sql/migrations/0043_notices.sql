-- What of an alert is told to whom: one notice for each event and person, gathered into letters. Nobody hears twice of an opening,
-- and of an end only who heard of the opening.

-- How somebody wants to be told; who has no row wants what stands here as default.
CREATE TABLE alert_preference (
    user_id   integer PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    channel   text NOT NULL DEFAULT 'mail' CHECK (channel IN ('mail', 'webhook')),
    urgent    text NOT NULL DEFAULT 'immediate' CHECK (urgent IN ('immediate', 'daily')),
    important text NOT NULL DEFAULT 'daily' CHECK (important IN ('immediate', 'daily', 'weekly')),
    notable   text NOT NULL DEFAULT 'weekly' CHECK (notable IN ('immediate', 'daily', 'weekly', 'never')),
    digest_at time NOT NULL DEFAULT '08:00',
    quiet_from  time,                            -- between these hours nothing goes; both or none
    quiet_until time,
    below     smallint CHECK (below BETWEEN 0 AND 4),  -- levels below the own area; null: as the role has it
    changed_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);
ALTER TABLE alert_preference ENABLE ROW LEVEL SECURITY;
CREATE POLICY alert_preference_own ON alert_preference USING (user_id = (SELECT scope_user()))
    WITH CHECK (user_id = (SELECT scope_user()));

CREATE TABLE notice (
    notice_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    integer NOT NULL REFERENCES app_user ON DELETE CASCADE,
    episode_id bigint NOT NULL REFERENCES episode,
    event_id   bigint REFERENCES episode_event,  -- null: a reminder, or what still stands when a silence ends
    what       text NOT NULL CHECK (what IN ('fired', 'reopened', 'worsened', 'escalated', 'reminded', 'still', 'recovered')),
    cadence    text NOT NULL CHECK (cadence IN ('immediate', 'daily', 'weekly')),
    due_at     timestamptz NOT NULL,
    silence_id bigint REFERENCES silence,        -- held until this silence ends
    made_at    timestamptz NOT NULL,
    letter_id  bigint REFERENCES letter ON DELETE SET NULL,
    told_at    timestamptz,                      -- when it was put into a letter
    lapsed     text CHECK (lapsed IN ('over', 'taken_on', 'no_address', 'unseen')),  -- why it is not told
    CHECK (told_at IS NULL OR lapsed IS NULL)
);
CREATE UNIQUE INDEX notice_opened_once ON notice (user_id, episode_id) WHERE what IN ('fired', 'reopened');
CREATE UNIQUE INDEX notice_ended_once ON notice (user_id, episode_id) WHERE what = 'recovered';
CREATE UNIQUE INDEX notice_of_event ON notice (user_id, event_id);
CREATE UNIQUE INDEX notice_of_silence ON notice (user_id, episode_id, silence_id) WHERE what = 'still';
CREATE INDEX notice_waiting ON notice (user_id, due_at) WHERE told_at IS NULL AND lapsed IS NULL;
CREATE INDEX notice_of_episode ON notice (episode_id);
CREATE INDEX notice_of_letter ON notice (letter_id);
ALTER TABLE notice ENABLE ROW LEVEL SECURITY;
CREATE POLICY notice_scope ON notice FOR SELECT USING (user_id = (SELECT scope_user()) OR (SELECT minds_letters()));

-- Which events were made into notices, so that each is once.
CREATE TABLE episode_event_heard (
    event_id bigint PRIMARY KEY REFERENCES episode_event,
    heard_at timestamptz NOT NULL
);
ALTER TABLE episode_event_heard ENABLE ROW LEVEL SECURITY;

-- Who was told what of an alert, for everybody who answers for its area or owns its line: names and times, no words.
CREATE FUNCTION told_of(of_episode bigint) RETURNS TABLE (
    at timestamptz, what text, name text, login text, channel text, state text, due_at timestamptz, held boolean, lapsed text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
BEGIN
    RETURN QUERY
    SELECT n.told_at, n.what, u.name, u.login, l.channel, l.state, n.due_at, n.silence_id IS NOT NULL AND n.told_at IS NULL, n.lapsed
    FROM notice n JOIN episode e USING (episode_id) JOIN app_user u USING (user_id) LEFT JOIN letter l USING (letter_id)
    WHERE n.episode_id = of_episode AND (n.user_id = scope_user() OR may_act_on(e.area_id, e.line_id))
    ORDER BY coalesce(n.told_at, n.due_at), n.notice_id;
END $$;

-- What is unknown, failed or came back is sent again when a person who minds letters says so, and never by itself.
CREATE FUNCTION send_again(of_letter bigint) RETURNS boolean LANGUAGE plpgsql
SECURITY DEFINER SET search_path = manyi, pg_temp AS $$
DECLARE
    done integer;
BEGIN
    IF scope_user() IS NOT NULL AND NOT minds_letters() OR scope_user() IS NULL AND session_user <> current_user THEN
        RAISE EXCEPTION 'no right to send letters again' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE letter SET state = 'queued', not_before = now(), next_at = now(), attempts = 0, sender = NULL, handed_at = NULL,
           ended_at = NULL
    WHERE letter_id = of_letter AND state IN ('unknown', 'failed', 'refused', 'bounced', 'captured');
    GET DIAGNOSTICS done = ROW_COUNT;
    IF done > 0 THEN PERFORM audit_alert('letter_sent_again', 'letter ' || of_letter, '{}'); END IF;
    RETURN done > 0;
END $$;

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('alert_window_minutes', 30, DATE '2020-01-01', '同一收件人两封预警邮件之间至少间隔多少分钟，其间的并入下一封',
     'minutes between two alert mails to one person; what comes between goes into the next one'),
    ('reminder_days', 7, DATE '2020-01-01', '无人确认的预警每隔多少天提醒一次', 'days between reminders of an alert nobody took on')
ON CONFLICT DO NOTHING;
