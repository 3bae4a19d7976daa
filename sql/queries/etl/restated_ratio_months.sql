-- After the tree changed, all months that have ratios.
-- params: none
-- grain: one month
INSERT INTO rollup_month (month)
SELECT DISTINCT start FROM ratio_rollup
WHERE period = 'm' AND cut = 'all' AND last_pub = 2147483647 AND area_id IN (
    SELECT a.area_id FROM area a WHERE NOT EXISTS (SELECT FROM area_parent p WHERE p.area_id = a.area_id))
ON CONFLICT DO NOTHING
