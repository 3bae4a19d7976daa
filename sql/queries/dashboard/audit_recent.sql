-- The newest lines of the audit trail, as row-level security lets the user see them (administrators only).
-- params: most
-- grain: one act
SELECT audit_id, at, actor, action, subject, detail
FROM audit
ORDER BY at DESC, audit_id DESC
LIMIT :most
