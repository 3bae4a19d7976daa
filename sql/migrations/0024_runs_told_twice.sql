-- What went wrong with a run is kept in both languages, and the kind of error beside it; a run a person asks for waits once;
-- an upload's name leads nowhere.
ALTER TABLE job_run RENAME COLUMN error TO error_en;
ALTER TABLE job_run ADD COLUMN error_zh text, ADD COLUMN error_kind text;
UPDATE job_run SET error_zh = '原文：' || error_en, error_kind = substring(error_en FROM '^([A-Za-z_]+): ')
WHERE error_en IS NOT NULL;

-- One that was put back after its worker died (attempt > 0) waits beside a new one.
DELETE FROM job_run again USING job_run first
WHERE again.state = 'due' AND again.attempt = 0 AND again.asked_by IS NOT NULL
  AND first.state = 'due' AND first.attempt = 0 AND first.asked_by IS NOT NULL
  AND first.job = again.job AND first.asked = again.asked AND first.run_id < again.run_id;
CREATE UNIQUE INDEX job_run_asked_once ON job_run (job, asked) WHERE state = 'due' AND attempt = 0 AND asked_by IS NOT NULL;

-- It becomes a path where the file is read: no folder, no control letter, nothing hidden (a text holds no NUL here anyway).
ALTER TABLE upload ADD CONSTRAINT upload_plain_name
    CHECK (name !~ '[/\\[:cntrl:]]' AND left(name, 1) NOT IN ('', '.') AND octet_length(name) <= 200);
