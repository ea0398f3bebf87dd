-- Every draw is a hash of the seed, a stream (what is drawn) and a key (for whom): no order of work can change it.
CREATE MACRO draw(stream, key) AS md5_number_lower(getvariable('seed') || ':' || stream || ':' || key);
-- A whole number from 0 to n - 1; from low to high; true in so many of a thousand.
CREATE MACRO below(stream, key, n) AS (draw(stream, key) % n::UBIGINT)::BIGINT;
CREATE MACRO between_(stream, key, low, high) AS low + below(stream, key, high - low + 1);
CREATE MACRO chance(stream, key, of_thousand) AS below(stream, key, 1000) < of_thousand;
-- About normal, from low to high: the mean of three draws.
CREATE MACRO humped(stream, key, low, high) AS
    low + (below(stream, key || 'a', high - low + 1) + below(stream, key || 'b', high - low + 1) + below(stream, key || 'c', high - low + 1)) // 3;
-- The accounting year runs from October to September and is named after its end.
CREATE MACRO accounting_year(day) AS year(day + INTERVAL 3 MONTH);
CREATE MACRO day(text) AS text::DATE;
