-- An incident is over.
-- params: kind, subject, now
-- grain: at most one incident
UPDATE incident SET closed_at = :now WHERE kind = :kind AND subject = :subject AND closed_at IS NULL
