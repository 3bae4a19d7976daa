-- Each planned run of a job is a row; whoever inserts or claims it first runs it.
CREATE TABLE job_run (
    job           text NOT NULL,
    scheduled_for timestamptz NOT NULL,
    state         text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'skipped')),
    late          boolean NOT NULL DEFAULT false,
    started_at    timestamptz NOT NULL DEFAULT now(),
    finished_at   timestamptz,
    outcome       jsonb NOT NULL DEFAULT '{}',
    error         text,
    PRIMARY KEY (job, scheduled_for)
);
CREATE INDEX job_run_recent ON job_run (started_at DESC);
