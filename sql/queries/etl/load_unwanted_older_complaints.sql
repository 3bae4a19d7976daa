-- The rows a feed delivered earlier under ids that come again, about to be replaced.
-- params: feed_id, file_id (the file being loaded), first_day, last_day
-- grain: one row; ours counts those this very file brought
WITH older AS (
    SELECT t.area_id, t.day, w.id, t.file_id = :file_id AS ours
    FROM complaint t JOIN wanted w ON w.id = t.complaint_id JOIN file f USING (file_id)
    WHERE f.feed_id = :feed_id AND t.day BETWEEN CAST(:first_day AS date) AND CAST(:last_day AS date)
), listed AS (
    INSERT INTO unwanted (area_id, day, id) SELECT area_id, day, id FROM older
)
SELECT count(*) FILTER (WHERE ours) AS ours, array_agg(DISTINCT day) AS days FROM older
