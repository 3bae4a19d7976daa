-- Make the tables attainment is compared in; they vanish with the transaction.
-- params: none
-- grain: one area, indicator and period
CREATE TEMP TABLE attainment_new (LIKE attainment) ON COMMIT DROP;
ALTER TABLE attainment_new DROP COLUMN first_pub, DROP COLUMN last_pub;
CREATE TEMP TABLE card_new (LIKE card_score) ON COMMIT DROP;
ALTER TABLE card_new DROP COLUMN first_pub, DROP COLUMN last_pub;
CREATE TEMP TABLE attain_span (plan_id integer NOT NULL, period char(1) NOT NULL, start date NOT NULL) ON COMMIT DROP;
CREATE TEMP TABLE attain_chance (
    area_id integer NOT NULL, indicator_id smallint NOT NULL, period char(1) NOT NULL, start date NOT NULL,
    target double precision NOT NULL, chance double precision NOT NULL
) ON COMMIT DROP;
