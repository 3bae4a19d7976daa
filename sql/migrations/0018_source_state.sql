-- What was taken from a source: a remote file as it was seen, or how far a table or an interface was read.
-- Written only after the load of it: lost in between, it is taken again, and the same bytes load once.
CREATE TABLE source_state (
    feed_id text NOT NULL,
    item    text NOT NULL,                        -- the remote path, or the name of a mark
    mark    jsonb NOT NULL,
    state   text NOT NULL CHECK (state IN ('taken', 'refused')),
    sha256  text,                                 -- of the file that was landed, where one was refused
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (feed_id, item)
);
