-- Who is to get which report of a period, as subscriptions say: the whole report, else the newest partial one. A reader who no
-- longer sees the area gets none.
-- params: p, period, start
-- grain: one subscription with a report
SELECT s.subscription_id, s.area_id, s.user_id, CASE WHEN s.user_id IS NULL THEN s.addresses ELSE ARRAY[w.email] END AS addresses,
       s.language, r.report_id, r.title, r.said, r.missing, r.bytes, a.code, a.name_zh, a.name_en, r.publication_id, p.data_to
FROM report_subscription s
JOIN app_user w ON w.user_id = coalesce(s.user_id, s.made_by) AND NOT w.disabled
JOIN area a ON a.area_id = s.area_id
JOIN publication p ON p.publication_id = :p
CROSS JOIN LATERAL (
    SELECT * FROM report r
    WHERE r.area_id = s.area_id AND r.period = :period AND r.start = :start AND r.language = s.language
      AND r.publication_id = :p
      AND coalesce(r.reader_id, 0) = CASE WHEN sees_whole_area(w.user_id, s.area_id) THEN 0 ELSE w.user_id END
    ORDER BY r.missing = '{}' DESC, r.report_id DESC LIMIT 1) r
WHERE s.cadence = :period AND s.ended_at IS NULL AND sees_area(w.user_id, s.area_id)
ORDER BY s.subscription_id
