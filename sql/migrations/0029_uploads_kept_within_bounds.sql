-- How much may wait on the data page and how long files are kept, as dated policies; every fault of a dry run, to be taken
-- away; what is told of an upload's rows goes with it.
INSERT INTO policy (name, value, valid_from, note_zh, note_en) VALUES
    ('upload_mb_each', 1024, DATE '2020-01-01', '每人在数据页上传、尚未装载的文件最多占多少 MB',
     'MB of files that one person has uploaded on the data page and that were not loaded yet, at most'),
    ('upload_mb_in_all', 4096, DATE '2020-01-01', '所有人在数据页上传、尚未装载的文件最多占多少 MB',
     'MB of files that all have uploaded on the data page and that were not loaded yet, at most'),
    ('archive_days', 400, DATE '2020-01-01', '已入库的文件在 archive 目录保留多少天（按月整目录清理）',
     'days that loaded files are kept in the archive (whole months go at once)'),
    ('failed_days', 180, DATE '2020-01-01', '被拒收的文件在 failed 目录保留多少天',
     'days that refused files are kept among the failed ones')
ON CONFLICT DO NOTHING;

CREATE TABLE upload_fault (
    upload_id bigint NOT NULL REFERENCES upload ON DELETE CASCADE,
    line      bigint NOT NULL,
    fault     smallint NOT NULL,                  -- a row may have several faults
    column_name text NOT NULL,
    value     text,
    code      text NOT NULL,
    reason_zh text NOT NULL,
    reason_en text NOT NULL,
    PRIMARY KEY (upload_id, line, fault)
);
ALTER TABLE upload_fault ENABLE ROW LEVEL SECURITY;
CREATE POLICY upload_fault_scope ON upload_fault FOR SELECT USING ((SELECT handles_data()));

-- Who handles data may discard what waits.
CREATE POLICY upload_discard ON upload FOR DELETE USING ((SELECT handles_data()));

-- Samples of a file's rows stand in its runs' outcomes: whoever forgets the file, and however, they go with it.
CREATE FUNCTION forget_upload_samples() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    UPDATE job_run SET outcome = outcome - 'reasons'
    WHERE job IN ('check', 'load-upload') AND asked->>'upload' = OLD.upload_id::text;
    RETURN NULL;
END $$;
CREATE TRIGGER upload_forgotten AFTER DELETE ON upload FOR EACH ROW EXECUTE FUNCTION forget_upload_samples();
UPDATE job_run r SET outcome = outcome - 'reasons'
WHERE job IN ('check', 'load-upload') AND NOT EXISTS (SELECT FROM upload u WHERE u.upload_id::text = r.asked->>'upload');
