-- Finding and telling are two steps with rows between: what is to be sent to somebody is a letter, sent once to an address for each
-- thing it tells of, and what became of it is kept.
CREATE TABLE letter (
    letter_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurrence text NOT NULL,                    -- what it tells of: to one address that is told once
    channel    text NOT NULL CHECK (channel IN ('mail', 'webhook')),
    address    text NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('alert', 'recovered', 'digest', 'report', 'operational', 'test')),
    user_id    integer REFERENCES app_user ON DELETE SET NULL,  -- null: an address without an account
    language   text NOT NULL CHECK (language IN ('zh', 'en')),
    subject    text NOT NULL,
    plain      text NOT NULL,
    html       text NOT NULL,                    -- empty: the plain text alone
    link       text NOT NULL,                    -- the view it speaks of
    token      text NOT NULL UNIQUE,             -- a bounce is told by it; nobody can guess it
    created_at timestamptz NOT NULL,
    not_before timestamptz NOT NULL,
    next_at    timestamptz NOT NULL,             -- of the next attempt
    state      text NOT NULL DEFAULT 'queued' CHECK (state IN (
        'queued',                                -- waits for its time, or for the next attempt
        'sending',
        'sent',                                  -- taken by the server
        'refused',                               -- by the server, for good
        'bounced',                               -- taken, and came back
        'failed',                                -- put off too often
        'unknown',                               -- handed over, and its sender did not live to hear the answer: not sent again
        'captured')),                            -- there is no server: written into a folder, not sent
    sender     bigint,                           -- who holds it, as a lock of the database
    handed_at  timestamptz,                      -- when the server was first given the content: from here on it may have it
    attempts   smallint NOT NULL DEFAULT 0,
    ended_at   timestamptz,
    said       text NOT NULL DEFAULT '',         -- the last words of the server
    UNIQUE (occurrence, channel, address)
);
CREATE INDEX letter_due ON letter (channel, next_at) WHERE state = 'queued';
CREATE INDEX letter_held ON letter (sender) WHERE state = 'sending';
CREATE INDEX letter_handed ON letter (channel, handed_at);
CREATE INDEX letter_recent ON letter (created_at DESC);
CREATE INDEX letter_of_user ON letter (user_id, created_at DESC);

-- What goes with letters, each content once however many get it.
CREATE TABLE letter_content (
    sha256  text PRIMARY KEY,
    content bytea NOT NULL
);
CREATE TABLE letter_part (
    letter_id  bigint NOT NULL REFERENCES letter ON DELETE CASCADE,
    place      smallint NOT NULL,
    name       text NOT NULL,
    type       text NOT NULL,                    -- application/pdf
    content_id text NOT NULL DEFAULT '',         -- of a picture inside the text; empty: an attachment
    sha256     text REFERENCES letter_content,
    reference  text,                             -- of what the store keeps elsewhere
    PRIMARY KEY (letter_id, place),
    CHECK ((sha256 IS NULL) <> (reference IS NULL))
);
CREATE INDEX letter_part_content ON letter_part (sha256);

-- Everybody sees the own letters; who answers for quality or the store in every tree sees all: nothing stands in one that they may
-- not see.
CREATE FUNCTION minds_letters() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT holds_every_root(ARRAY['admin', 'quality'])
$$;
ALTER TABLE letter ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_scope ON letter FOR SELECT USING (user_id = (SELECT scope_user()) OR (SELECT minds_letters()));
ALTER TABLE letter_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_part_scope ON letter_part FOR SELECT USING (
    EXISTS (SELECT FROM letter l WHERE l.letter_id = letter_part.letter_id));
ALTER TABLE letter_content ENABLE ROW LEVEL SECURITY;
CREATE POLICY letter_content_scope ON letter_content FOR SELECT USING (
    EXISTS (SELECT FROM letter_part p WHERE p.sha256 = letter_content.sha256));

INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('letter_days', 400, DATE '2020-01-01', '已结束的通知保留多少天', 'days that letters are kept after they have ended')
ON CONFLICT DO NOTHING;
