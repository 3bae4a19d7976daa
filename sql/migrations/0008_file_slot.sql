-- The slot a file fills within its feed (a month, a mode and a month …): a re-delivery replaces what filled it.
ALTER TABLE file ADD COLUMN slot text NOT NULL DEFAULT '';
CREATE UNIQUE INDEX file_slot_once ON file (feed_id, slot) WHERE state = 'loaded' AND slot <> '';
CREATE INDEX complaint_by_file ON complaint (file_id);
CREATE INDEX invitation_by_file ON invitation (file_id);
CREATE INDEX process_reading_by_file ON process_reading (file_id);
