-- That guessing was stopped is told once a window by login or by address, however often the stopped one tries again.
ALTER TABLE login_attempt ADD COLUMN throttled text CHECK (throttled IN ('login', 'address'));
