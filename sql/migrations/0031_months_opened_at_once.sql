-- A load that opens a month keeps no other load waiting: what it needs at once is made in a short transaction of its own, for
-- its own tables only; what it fills apart bears its own name and joins the others at its very end.
CREATE FUNCTION open_month(month date, parents text[]) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', month); made integer := 0; parent text; child text;
BEGIN
    FOREACH parent IN ARRAY parents LOOP
        child := parent || '_' || to_char(first, 'YYYYMM');
        CONTINUE WHEN to_regclass(child) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('partitions'));
        -- who waited must look into the catalogue's rows: the name cache still says there is none
        CONTINUE WHEN EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                              WHERE n.nspname = current_schema() AND c.relname = child);
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', child, parent);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                       parent, child, first, (first + interval '1 month')::date);
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

CREATE OR REPLACE FUNCTION ensure_partitions(first date, last date) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    m date := date_trunc('month', first); made integer := 0;
BEGIN
    WHILE m <= last LOOP
        made := made + open_month(m, ARRAY['response', 'answer', 'response_detail', 'invitation', 'complaint', 'process_reading']);
        m := m + interval '1 month';
    END LOOP;
    RETURN made;
END $$;

DROP FUNCTION start_partitions(date);
DROP FUNCTION attach_partitions(date);

-- Tables for one file's answers of a month nobody has begun, without keys; nobody else knows their names.
CREATE FUNCTION begin_month_apart(month date, file integer) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    parent text; ending text := to_char(month, 'YYYYMM'); parents text[] := ARRAY['response', 'answer', 'response_detail'];
BEGIN
    IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, unnest(parents) p
               WHERE n.nspname = current_schema() AND c.relname = p || '_' || ending) THEN
        RETURN false;
    END IF;
    FOREACH parent IN ARRAY parents LOOP
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                       format('%s_%s_%s', parent, ending, file), parent);
    END LOOP;
    RETURN true;
END $$;

-- They become the month's partitions; where another load has made it meanwhile, their rows go there. The keys are built
-- before anybody is kept waiting; nothing may follow but the commit, for others wait until then.
CREATE FUNCTION join_month(month date, file integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first date := date_trunc('month', month); ending text := to_char(month, 'YYYYMM');
    parents text[] := ARRAY['response', 'answer', 'response_detail']; parent text; child text; apart text; key text;
BEGIN
    FOREACH parent IN ARRAY parents LOOP
        CONTINUE WHEN to_regclass(parent || '_' || ending) IS NOT NULL;
        SELECT pg_get_constraintdef(c.oid) INTO STRICT key FROM pg_constraint c WHERE c.conrelid = parent::regclass AND c.contype = 'p';
        EXECUTE format('ALTER TABLE %I ADD %s', format('%s_%s_%s', parent, ending, file), key);
    END LOOP;
    PERFORM pg_advisory_xact_lock(hashtext('partitions'));
    FOREACH parent IN ARRAY parents LOOP
        child := parent || '_' || ending;
        apart := format('%s_%s', child, file);
        IF EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                   WHERE n.nspname = current_schema() AND c.relname = child) THEN
            EXECUTE format('INSERT INTO %I SELECT * FROM %I', parent, apart);
            EXECUTE format('DROP TABLE %I', apart);
        ELSE
            EXECUTE format('ALTER TABLE %I RENAME TO %I', apart, child);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                           parent, child, first, (first + interval '1 month')::date);
        END IF;
    END LOOP;
END $$;
