-- Forget the versions of published rows that only publications replaced more than so many days ago could see.
-- params: today, days
-- grain: one row with the number of rows forgotten
SELECT forget_versions((SELECT max(publication_id) FROM publication WHERE published_at < CAST(:today AS date) - CAST(:days AS integer))) AS gone
