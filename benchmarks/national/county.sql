-- One county of made-up households, 150 to a village; every draw is a hash, so that a county is the same whenever it is made.
CREATE MACRO draw(stream, key, n) AS (hash(stream || key) % n)::BIGINT;

CREATE TABLE areas AS
SELECT getvariable('code') AS code, 'county ' || getvariable('code') AS name, 'county' AS level, NULL::VARCHAR AS parent, NULL::BIGINT AS pool
UNION ALL
SELECT getvariable('code') || lpad(i::VARCHAR, 6, '0'), 'village ' || i, 'village', getvariable('code'), 100000 * (1 + draw('pool', getvariable('first') + i, 50))
FROM range(getvariable('villages')) t(i);

CREATE TABLE homes AS
SELECT getvariable('code') || lpad((i // 150)::VARCHAR, 6, '0') AS area, area || '-' || lpad((i % 150 + 1)::VARCHAR, 4, '0') AS code,
    i + getvariable('first') AS id, 1 + draw('size', id, 3) + draw('more', id, 3) + (draw('one', id, 3) = 0)::BIGINT AS size
FROM range(getvariable('villages') * 150) t(i);

CREATE TABLE households AS
SELECT code, area, 100 * (draw('business', id, 12000) - 1000) AS business, 100 * draw('transfer', id, 3000) AS transfer,
    CASE WHEN draw('food unknown', id, 50) > 0 THEN draw('food', id, 30) > 0 END AS food,
    draw('clothing', id, 40) > 0 AS clothing,
    CASE WHEN draw('water unknown', id, 60) > 0 THEN draw('water', id, 20) > 0 END AS water,
    ['A', 'A', 'A', 'B', 'B', 'C', 'D'][1 + draw('housing', id, 7)] AS housing
FROM homes;

CREATE TABLE members AS
SELECT code || '-' || lpad((n + 1)::VARCHAR, 2, '0') AS code, code AS household, id * 16 + n AS id, draw('age', id * 16 + n, 80) AS age
FROM homes, range(size) t(n);

CREATE TABLE persons AS
SELECT code, age, CASE WHEN age BETWEEN 16 AND 62 AND draw('works', id, 3) = 0 THEN 100 * draw('wage', id, 12000) ELSE 0 END AS wage,
    age BETWEEN 16 AND 65 AS able,
    CASE WHEN draw('insured unknown', id, 200) > 0 THEN draw('insured', id, 60) > 0 END AS insured,
    age BETWEEN 6 AND 15 AND draw('school', id, 100) > 0 AS in_school
FROM members;

CREATE TABLE memberships AS
SELECT code, code AS person, household, 'other' AS relationship, DATE '2015-01-01' AS since, NULL::DATE AS until FROM members;
