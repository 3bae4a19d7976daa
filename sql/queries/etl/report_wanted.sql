-- One report a user asks for: for everybody who sees the area in full when the user does, else for that user alone; and the newest
-- publication.
-- params: code, user_id
-- grain: at most one area
SELECT a.area_id, a.code, a.name_zh, a.name_en, CASE WHEN NOT sees_whole_area(u.user_id, a.area_id) THEN u.user_id END AS reader_id,
       u.user_id AS eyes, p.publication_id, p.data_from, p.data_to
FROM area a
JOIN app_user u ON u.user_id = :user_id AND NOT u.disabled AND sees_area(u.user_id, a.area_id)
CROSS JOIN LATERAL (SELECT * FROM publication WHERE data_to IS NOT NULL ORDER BY publication_id DESC LIMIT 1) p
WHERE a.code = :code
