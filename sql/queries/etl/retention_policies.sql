-- How many days files, letters and replaced publications are kept, as it holds on a day.
-- params: today
-- grain: one policy
SELECT DISTINCT ON (name) name, value
FROM policy
WHERE name IN ('archive_days', 'failed_days', 'letter_days', 'publication_days') AND valid_from <= :today
ORDER BY name, valid_from DESC
