-- Note that attempts are being stopped, by the login or by the address, unless that is on record within the window.
-- params: login, address, by (login or address), seconds
-- grain: one row when it is the first, none after it
INSERT INTO login_attempt (at, login, address, ok, throttled)
SELECT clock_timestamp(), :login, :address, false, CAST(:by AS text)
WHERE NOT EXISTS (
    SELECT FROM login_attempt t
    WHERE t.throttled = CAST(:by AS text) AND t.at > now() - make_interval(secs => CAST(:seconds AS double precision))
      AND CASE t.throttled WHEN 'login' THEN t.login = :login ELSE t.address = :address END)
