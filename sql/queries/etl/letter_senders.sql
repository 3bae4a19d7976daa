-- Who holds letters.
-- params: none
-- grain: one sender
SELECT DISTINCT sender FROM letter WHERE state = 'sending'
