-- What tells that areas, touchpoints, indicators or brands are no longer as they were read.
-- params: none
-- grain: one row
SELECT concat_ws('/',
    (SELECT max(file_id) FROM file JOIN feed USING (feed_id) WHERE feed.kind IN ('areas', 'touchpoints') AND file.state = 'loaded'),
    (SELECT count(*) FROM area), (SELECT count(*) FROM area_parent), (SELECT count(*) FROM area_alias),
    (SELECT count(*) FROM touchpoint),
    (SELECT md5(string_agg(concat_ws(' ', code, indicator_id, fact, factor), ',' ORDER BY code)) FROM indicator),
    (SELECT md5(string_agg(brand, ',' ORDER BY brand)) FROM brand)) AS version
