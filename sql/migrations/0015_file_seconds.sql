-- How long a file took from its arrival to its last word, whether it was taken or refused.
ALTER TABLE file ADD COLUMN seconds double precision;
