-- Subscribe users to reports: of one area, or each to the areas of the own grants as a manager of an area or a grid.
-- params: logins (null: every active manager of an area), code (null: the own areas), cadence, language (null: the user's)
-- grain: one new subscription
INSERT INTO report_subscription (area_id, cadence, language, user_id, made_by)
SELECT DISTINCT a.area_id, :cadence, coalesce(CAST(:language AS text), u.language), u.user_id, u.user_id
FROM app_user u
LEFT JOIN user_grant g ON g.user_id = u.user_id AND (g.role IN ('manager', 'grid') OR CAST(:logins AS text[]) IS NOT NULL)
JOIN area a ON CASE WHEN CAST(:code AS text) IS NULL THEN a.area_id = g.area_id ELSE a.code = :code END
WHERE NOT u.disabled AND (u.login = ANY(CAST(:logins AS text[])) OR CAST(:logins AS text[]) IS NULL AND g.user_id IS NOT NULL)
  AND sees_area(u.user_id, a.area_id)
ON CONFLICT DO NOTHING
RETURNING subscription_id, user_id, area_id
