-- Forget what no letter holds any more.
-- params: none
-- grain: one content
DELETE FROM letter_content c WHERE NOT EXISTS (SELECT FROM letter_part p WHERE p.sha256 = c.sha256)
