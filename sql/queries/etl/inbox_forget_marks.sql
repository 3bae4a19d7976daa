-- Forget the files that have left the inbox.
-- params: there (the items of those that lie there)
-- grain: one feed and file
DELETE FROM source_state WHERE starts_with(item, 'inbox\:') AND item <> ALL(CAST(:there AS text[]))
