-- The account of each household and accounting year: what agreements paid stands in it, and the rest is its own farm.
CREATE TABLE lines AS SELECT * FROM (VALUES (2015, 2855), (2016, 2952), (2017, 2952), (2018, 2995), (2019, 3218)) t(year, line);
CREATE TABLE received AS
SELECT household, accounting_year(date) AS year, sum(amount) FILTER (benefit = 'wage') AS wage, sum(amount) FILTER (benefit IN ('rent', 'dividend')) AS property
FROM payments GROUP BY ALL;
CREATE TABLE sold AS
SELECT household, accounting_year(date) AS year, CASE product WHEN 'vegetables' THEN 'fruit' WHEN 'milk' THEN 'livestock' WHEN 'woollen cloth' THEN 'handicraft' ELSE 'grain' END AS activity, sum(worth) AS amount
FROM deliveries WHERE household IS NOT NULL AND agreement IS NOT NULL GROUP BY ALL;
CREATE TABLE able_homes AS SELECT DISTINCT household FROM people WHERE able AND age >= 16;

-- What a year is to bring a head, in yuan: below the line before the exit, above it after; others well above, a few just so.
CREATE TABLE aims AS
SELECT h.household, h.size, l.year, 'i-' || h.household || '-' || l.year AS code,
    100 * h.size * CASE
        WHEN r.household IS NOT NULL AND (exit_year IS NULL OR l.year < exit_year) THEN line * between_('poor', h.household || l.year, 480, 930) // 1000
        WHEN r.household IS NOT NULL THEN line * (1000 + CASE WHEN chance('unstable', h.household, 70) THEN between_('above', h.household, 210, 420) ELSE humped('above', h.household, 520, 1700) END + 45 * (l.year - exit_year)) // 1000
        ELSE (CASE WHEN chance('near', h.household, 11) THEN between_('other', h.household, 3500, 4800) ELSE humped('other', h.household, 5600, 18000) END)
            * CAST([700, 765, 837, 915, 1000][l.year - 2014] AS BIGINT) // 1000
    END AS aim
FROM heads h CROSS JOIN lines l LEFT JOIN registered r USING (household)
WHERE r.household IS NOT NULL OR chance('surveyed', h.household, 985);

CREATE TABLE accounts AS
SELECT a.*, coalesce(p.wage, 0) AS paid_wage, coalesce(p.property, 0) AS property, coalesce(s.amount, 0) AS price, s.activity,
    aim * between_('transfer', a.code, 80, 220) // 1000 // 100 * 100 AS transfer,
    CASE WHEN p.wage IS NULL AND a.household IN (SELECT household FROM able_homes) THEN aim * humped('odd jobs', a.code, 0, 420) // 1000 // 100 * 100 ELSE 0 END AS other_wage
FROM aims a LEFT JOIN received p USING (household, year) LEFT JOIN (SELECT household, year, any_value(activity) AS activity, sum(amount)::BIGINT AS amount FROM sold GROUP BY ALL) s USING (household, year);

-- Own farming fills what is missing to the aim: at the norm of forty of a hundred, five thirds of it before cost.
CREATE TABLE farms AS
SELECT *, greatest(50000, (aim - transfer - other_wage - paid_wage - property - price * CASE activity WHEN 'fruit' THEN 85 ELSE 60 END // 100) * 5 // 3) // 100 * 100 + 100 AS own,
    between_('herd', household, 250, 700) AS herd
FROM accounts;

CREATE TABLE incomes AS
SELECT code || '-g' AS code, household, NULL::VARCHAR AS person, 'business' AS source, 'grain' AS activity, year AS accounting_year, own - own * herd // 1000 // 100 * 100 AS amount FROM farms
UNION ALL SELECT code || '-l', household, NULL, 'business', 'livestock', year, own * herd // 1000 // 100 * 100 FROM farms
UNION ALL SELECT code || '-t', household, NULL, 'transfer', NULL, year, transfer FROM farms
UNION ALL SELECT code || '-w', household, NULL, 'wage', NULL, year, other_wage FROM farms WHERE other_wage > 0
UNION ALL SELECT code || '-p', household, NULL, 'property', NULL, year, property FROM farms WHERE property > 0
UNION ALL SELECT 'i-' || household || '-' || year || '-' || activity, household, NULL, 'business', activity, year, amount FROM sold WHERE (household, year) IN (SELECT (household, year) FROM farms)
UNION ALL SELECT 'i-' || person || '-' || accounting_year(date), household, person, 'wage', NULL, accounting_year(date), sum(amount)::BIGINT
    FROM payments WHERE benefit = 'wage' AND person IS NOT NULL AND (household, accounting_year(date)) IN (SELECT (household, year) FROM farms) GROUP BY ALL;

-- One household in four keeps a book of its costs, a little below the norm; then the norms do not count for it.
INSERT INTO incomes
SELECT code || '-c', household, NULL, 'production_cost', NULL, year, (own * 40 // 100 + price * CASE activity WHEN 'fruit' THEN 15 ELSE 40 END // 100) * between_('book', code, 930, 1000) // 1000
FROM farms WHERE chance('keeps a book', household, 250);
