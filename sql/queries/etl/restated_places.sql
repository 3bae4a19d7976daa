-- The nodes by place: a leaf under one chain of ancestors.
-- params: none
-- grain: one leaf place and node
INSERT INTO shift_node (place_id, node_id, level, sign, top)
SELECT s.place_id, s.node_id, a.level, s.sign, min(a.level) OVER (PARTITION BY s.place_id)
FROM (SELECT DISTINCT l.place_id, s.node_id, s.sign
      FROM shift s JOIN leaf_place l USING (area_id, valid_from, valid_to)) s
JOIN area a ON a.area_id = s.node_id
