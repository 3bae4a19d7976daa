-- Forget login attempts past their retention; the audit keeps what matters.
-- params: days
-- grain: one attempt
DELETE FROM login_attempt WHERE at < now() - make_interval(days => :days)
