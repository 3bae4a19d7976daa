-- Statements that name these may be shared out among several workers of the server; a function is taken as unsafe unless it says so.
ALTER FUNCTION period_end(char, date) PARALLEL SAFE;
ALTER FUNCTION periods_of(date[]) PARALLEL SAFE;
ALTER FUNCTION too_small(bigint, double precision, double precision) PARALLEL SAFE;
