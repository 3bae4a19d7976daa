-- A new version of a plan begins, made on the version that was seen.
-- params: plan, seen, under (area), note
-- grain: one version
SELECT plan_begin(CAST(:plan AS integer), CAST(:seen AS integer), CAST(:under AS integer), :note) AS version
