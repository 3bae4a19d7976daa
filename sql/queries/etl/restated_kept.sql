-- Write down where the figures of leaves count then and today, where that is news.
-- params: p (the publication being made)
-- grain: one leaf, stretch of days and node
WITH closed AS (
    UPDATE area_shift k SET last_pub = :p
    WHERE k.last_pub = 2147483647 AND NOT EXISTS (
        SELECT FROM shift s WHERE (s.area_id, s.valid_from, s.valid_to, s.node_id, s.sign)
                                = (k.area_id, k.valid_from, k.valid_to, k.node_id, k.sign)
                              AND s.parent_id IS NOT DISTINCT FROM k.parent_id)
)
INSERT INTO area_shift (area_id, valid_from, valid_to, node_id, parent_id, sign, first_pub)
SELECT s.area_id, s.valid_from, s.valid_to, s.node_id, s.parent_id, s.sign, :p
FROM shift s
WHERE NOT EXISTS (SELECT FROM area_shift k WHERE k.last_pub = 2147483647
                  AND (s.area_id, s.valid_from, s.valid_to, s.node_id, s.sign) = (k.area_id, k.valid_from, k.valid_to, k.node_id, k.sign)
                  AND s.parent_id IS NOT DISTINCT FROM k.parent_id)
