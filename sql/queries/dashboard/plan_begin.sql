-- A new version of a plan begins, made on the version that was seen; told at the area it speaks of, above and below it.
-- params: plan, seen, under (area), about (area), note
-- grain: one version
SELECT plan_begin(CAST(:plan AS integer), CAST(:seen AS integer), CAST(:under AS integer), CAST(:about AS integer), :note) AS version
