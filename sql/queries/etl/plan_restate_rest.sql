-- What a restated plan takes over as it is: how indicators are shared out, what is asked of the root, slopes and months.
-- params: plan, new
-- grain: one indicator
WITH old AS (SELECT plan_id, version FROM plan WHERE plan_id = :plan),
shared AS (
    INSERT INTO plan_indicator (plan_id, indicator_id, role, mode, ceiling, rational, challenge, lead, first_version)
    SELECT CAST(:new AS integer), indicator_id, role, mode, ceiling, rational, challenge, lead, 1 FROM plan_indicator JOIN old USING (plan_id)
    WHERE first_version <= version AND last_version > version
),
asked AS (
    INSERT INTO plan_asked (plan_id, indicator_id, area_id, asked, rival, status, attainable, shortfall, first_version)
    SELECT CAST(:new AS integer), indicator_id, area_id, asked, rival, status, attainable, shortfall, 1 FROM plan_asked JOIN old USING (plan_id)
    WHERE first_version <= version AND last_version > version
),
months AS (
    INSERT INTO plan_month (plan_id, indicator_id, month, weight, season, ramp)
    SELECT CAST(:new AS integer), indicator_id, month, weight, season, ramp FROM plan_month WHERE plan_id = :plan
)
INSERT INTO plan_driver (plan_id, outcome_id, process_id, slope, low, high, spread, author)
SELECT CAST(:new AS integer), outcome_id, process_id, slope, low, high, spread, author FROM plan_driver WHERE plan_id = :plan
