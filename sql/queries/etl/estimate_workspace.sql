-- Make the tables estimates are compared in; they vanish with the transaction.
-- params: none
-- grain: one area, indicator and period
CREATE TEMP TABLE estimate_new (LIKE estimate) ON COMMIT DROP;
ALTER TABLE estimate_new DROP COLUMN first_pub, DROP COLUMN last_pub;
CREATE TEMP TABLE estimate_span (period char(1) NOT NULL, start date NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE estimate_same (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, period char(1) NOT NULL, start date NOT NULL
) ON COMMIT DROP;
