-- Whether all single answers of an area are the reader's to see, and all its single customers.
-- params: area
-- grain: one row
SELECT EXISTS (SELECT FROM user_area u WHERE u.user_id = scope_user() AND u.area_id = :area AND u.reach = 'full') AS answers,
       CAST(:area AS integer) IN (SELECT customer_areas()) AS customers
