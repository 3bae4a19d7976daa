-- A month's partitions are made apart and then attached: that keeps nobody from reading or writing the tables, where
-- CREATE TABLE … PARTITION OF would hold every page until the load that made the month has ended.
CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    m date := date_trunc('month', first); made integer := 0; parent text; child text;
BEGIN
    WHILE m <= last LOOP
        FOREACH parent IN ARRAY ARRAY['response', 'answer', 'response_detail', 'invitation', 'complaint', 'process_reading'] LOOP
            child := parent || '_' || to_char(m, 'YYYYMM');
            IF to_regclass(child) IS NULL THEN
                PERFORM pg_advisory_xact_lock(hashtext('partitions'));
                IF to_regclass(child) IS NULL THEN
                    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
                    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                                   parent, child, m, (m + interval '1 month')::date);
                    made := made + 1;
                END IF;
            END IF;
        END LOOP;
        m := m + interval '1 month';
    END LOOP;
    RETURN made;
END $$;
