-- Where the figures of leaves count by the latest publication, then and today.
-- params: none
-- grain: one leaf, stretch of days and node
SELECT area_id, valid_from, valid_to, node_id, parent_id, sign FROM area_shift WHERE last_pub = 2147483647
