-- End the estimates in force on a tree: those of this very publication are forgotten, older ones hold up to it.
-- params: root, p
-- grain: one effect
WITH again AS (DELETE FROM driver_effect WHERE area_id = :root AND first_pub = :p)
UPDATE driver_effect SET last_pub = :p WHERE area_id = :root AND first_pub < :p AND last_pub > :p
