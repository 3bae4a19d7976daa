-- Whether the user sees the operator as a whole, and whether he handles its data.
-- params: none
-- grain: one row
SELECT sees_operator() AS sees, handles_data() AS handles
