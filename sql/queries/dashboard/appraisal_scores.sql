-- The sheet of an appraisal for an area and those right below it, in its present version, with what it first said.
-- params: appraisal, areas
-- grain: one area and part
SELECT s.area_id, s.part, s.line_id, s.score, s.share,
       (SELECT f.score FROM appraisal_score f WHERE f.appraisal_id = s.appraisal_id AND f.area_id = s.area_id AND f.part = s.part
          AND f.line_id = s.line_id AND f.first_version = 1) AS first_score
FROM appraisal_score s
WHERE s.appraisal_id = :appraisal AND s.area_id = ANY(CAST(:areas AS integer[])) AND s.last_version = 2147483647
ORDER BY s.area_id, s.part, s.line_id
