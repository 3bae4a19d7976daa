-- Add one line to the audit trail.
-- params: user_id, actor, action, subject, detail (JSON text)
-- grain: one act
INSERT INTO audit (user_id, actor, action, subject, detail)
VALUES (:user_id, :actor, :action, :subject, CAST(:detail AS jsonb))
