-- Ratios of a publication are about to be committed.
-- params: p
-- grain: one publication
INSERT INTO ratio_written (publication_id) VALUES (:p)
