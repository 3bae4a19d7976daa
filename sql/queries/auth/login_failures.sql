-- Failed attempts within the window: on the login since its last success, and from the address net of successes.
-- params: login, address, seconds
-- grain: one row
SELECT count(*) FILTER (WHERE login = :login AND NOT ok AND throttled IS NULL
                          AND at > coalesce((SELECT max(s.at) FROM login_attempt s WHERE s.login = :login AND s.ok),
                                            '-infinity')) AS by_login,
       count(*) FILTER (WHERE address = :address AND NOT ok AND throttled IS NULL)
         - count(*) FILTER (WHERE address = :address AND ok) AS by_address
FROM login_attempt
WHERE (login = :login OR address = :address)
  AND at > now() - make_interval(secs => CAST(:seconds AS double precision))
