-- Who waited for another load's partitions must look into the catalogue's rows: the name cache still says there is none.
CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    m date := date_trunc('month', first); made integer := 0; parent text; child text;
BEGIN
    WHILE m <= last LOOP
        FOREACH parent IN ARRAY ARRAY['response', 'answer', 'response_detail', 'invitation', 'complaint', 'process_reading'] LOOP
            child := parent || '_' || to_char(m, 'YYYYMM');
            IF to_regclass(child) IS NULL THEN
                PERFORM pg_advisory_xact_lock(hashtext('partitions'));
                IF NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                               WHERE n.nspname = current_schema() AND c.relname = child) THEN
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
