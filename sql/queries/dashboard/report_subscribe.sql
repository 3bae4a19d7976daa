-- Subscribe the reader, or addresses the reader answers for, to the reports of an area; what is subscribed to already stays.
-- params: area, cadence, language, user_id (null for addresses), addresses (null for a user), made_by
-- grain: at most one subscription
INSERT INTO report_subscription (area_id, cadence, language, user_id, addresses, made_by)
VALUES (:area, :cadence, :language, :user_id, CAST(:addresses AS text[]), :made_by)
ON CONFLICT DO NOTHING
RETURNING subscription_id
