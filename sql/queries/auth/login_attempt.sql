-- Note an attempt to log in; it counts as failed until a success follows it.
-- params: login, address, ok
-- grain: one attempt
INSERT INTO login_attempt (at, login, address, ok) VALUES (clock_timestamp(), :login, :address, :ok)
