-- The months a big survey file begins: their tables are filled apart and get their keys when they are attached, which is
-- a third of the work of keeping the keys row by row.
CREATE FUNCTION start_partitions(month date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text; children text[] := ARRAY['response', 'answer', 'response_detail'];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('partitions'));
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(children) p
               WHERE n.nspname = current_schema() AND c.relname = p || '_' || to_char(month, 'YYYYMM')) THEN
        RETURN false;
    END IF;
    FOREACH parent IN ARRAY children LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                       parent || '_' || to_char(month, 'YYYYMM'), parent);
    END LOOP;
    RETURN true;
END $$;

CREATE FUNCTION attach_partitions(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text; first date := date_trunc('month', month);
BEGIN
    FOREACH parent IN ARRAY ARRAY['response', 'answer', 'response_detail'] LOOP
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       parent, parent || '_' || to_char(month, 'YYYYMM'), first, (first + interval '1 month')::date);
    END LOOP;
END $$;
