-- Whether a vintage was frozen by hand since the last publication.
-- params: none
-- grain: one row
SELECT EXISTS (SELECT FROM tcsi_vintage WHERE first_pub IS NULL
                 AND made_at > coalesce((SELECT max(published_at) FROM publication), '-infinity')) AS news
