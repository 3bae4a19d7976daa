-- Declare what is known to happen in an area and all below.
-- params: kind, area, first, last, words
-- grain: one row: the number of the event
SELECT declare_event(:kind, CAST(:area AS integer), NULL, CAST(:first AS date), CAST(:last AS date), :words) AS event_id
