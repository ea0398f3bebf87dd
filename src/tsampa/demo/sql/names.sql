-- Names and identity numbers, for an office only: no snapshot has them. Common names are common: weights fall with the rank.
CREATE TABLE name_weights AS
SELECT pool, rank, han, latin, 1000000 // (rank + 6) AS weight
FROM name_parts, (VALUES ('male', 'm'), ('female', 'f')) p(pool, letter) WHERE sex IN (letter, 'b');
CREATE TABLE name_marks AS
SELECT pool, han, latin, coalesce(sum(weight) OVER (PARTITION BY pool ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS mark
FROM name_weights;
CREATE TABLE name_sums AS SELECT pool, sum(weight)::BIGINT AS weights FROM name_weights GROUP BY pool;

-- One household in twelve has Han names, and those born into it its surname.
CREATE TABLE to_name AS
SELECT p.code, m.household, p.sex, p.birth_date, weights, chance('han', m.household, 80) AS han_home,
    CASE WHEN relationship IN ('head', 'child', 'grandchild', 'sibling') THEN m.household ELSE p.code END AS family
FROM persons p JOIN memberships m ON m.person = p.code JOIN name_sums s ON s.pool = p.sex;
CREATE TABLE first_parts AS
SELECT t.code, n.han, n.latin FROM (SELECT *, below('first name', code, weights) AS at FROM to_name) t
ASOF JOIN name_marks n ON t.sex = n.pool AND t.at >= n.mark;
CREATE TABLE second_parts AS
SELECT t.code, n.han, n.latin FROM (SELECT *, below('second name', code, weights) AS at FROM to_name WHERE NOT chance('one part', code, 120)) t
ASOF JOIN name_marks n ON t.sex = n.pool AND t.at >= n.mark;

-- County 999999, whose numbers no card bears; odd orders are male; the check character is ISO 7064 MOD 11-2.
CREATE TABLE numbers AS
SELECT code, '999999' || strftime(birth_date, '%Y%m%d')
    || lpad((2 * row_number() OVER (PARTITION BY birth_date, sex ORDER BY code) - (sex = 'male')::BIGINT)::VARCHAR, 3, '0') AS front
FROM to_name;
CREATE TABLE named AS
SELECT t.code,
    CASE WHEN han_home THEN substr(getvariable('surnames'), 1 + below('surname', family, length(getvariable('surnames'))), 1)
            || substr(getvariable('given'), 1 + below('given', t.code, length(getvariable('given'))), 1)
            || CASE WHEN chance('two given', t.code, 700) THEN substr(getvariable('given'), 1 + below('given too', t.code, length(getvariable('given'))), 1) ELSE '' END
        WHEN s.han IS NULL OR s.han = f.han THEN f.han ELSE f.han || s.han END AS name,
    CASE WHEN han_home THEN NULL WHEN s.han IS NULL OR s.han = f.han THEN f.latin ELSE f.latin || ' ' || s.latin END AS other_name,
    front || substr('10X98765432', 1 + (list_sum(list_transform(range(1, 18), lambda i: substr(front, i, 1)::BIGINT * [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][i])) % 11)::BIGINT, 1) AS identity
FROM to_name t JOIN first_parts f USING (code) LEFT JOIN second_parts s USING (code) JOIN numbers USING (code);
