-- What the county's office paid out of its pool, each winter for the accounting year before; the last year's is not done.
CREATE TABLE earned AS
SELECT household, accounting_year AS year, sum(CASE WHEN source IN ('wage', 'business') THEN amount WHEN source = 'production_cost' THEN -amount ELSE 0 END)::BIGINT
    - CASE WHEN bool_or(source = 'production_cost') THEN 0 ELSE (sum(amount * CASE activity WHEN 'fruit' THEN 15 ELSE 40 END) FILTER (source = 'business') // 100)::BIGINT END AS amount
FROM incomes WHERE accounting_year >= 2017 AND household IN (SELECT household FROM registered WHERE county = '540228') GROUP BY ALL;
INSERT INTO payments
SELECT 'reward-' || household || '-' || year, household, NULL, NULL, 'reward', year,
    CASE WHEN year < 2019 THEN 100000 WHEN amount < 1000000 THEN 100000 WHEN amount < 2000000 THEN 200000 WHEN amount < 4000000 THEN 300000 ELSE 500000 END,
    make_date(year + 1, 2, 10) + below('reward paid', household || year, 40)::INTEGER
FROM earned WHERE amount >= 400000 AND household IN (SELECT household FROM able_homes) AND (year < 2019 OR chance('reward done', household, 880));
INSERT INTO payments
SELECT 'dividend-' || household || '-' || y, household, NULL, NULL, 'dividend', y, 45000 * size, make_date(y + 1, 1, 12) + below('dividend paid', household || y, 12)::INTEGER
FROM registered, range(2017, 2020) t(y) WHERE county = '540228' AND household NOT IN (SELECT household FROM able_homes);

CREATE TABLE productions AS
SELECT 'prod-' || household || '-' || y AS code, household, kind, year,
    10 * CASE kind WHEN 'poultry' THEN between_('birds', household || y, 6, 60) WHEN 'bees' THEN between_('hives', household || y, 1, 6) WHEN 'cattle' THEN between_('cattle', household || y, 1, 4) WHEN 'pig_sheep' THEN between_('sheep', household || y, 2, 14) ELSE between_('mu', household || y, 1, 9) END
        + CASE WHEN kind IN ('orchard', 'cash_crop', 'grain') THEN 5 * below('half', household || y, 2) ELSE 0 END AS amount
FROM (SELECT household, y, y AS year, ['orchard', 'cash_crop', 'grain', 'grain', 'poultry', 'pig_sheep', 'pig_sheep', 'cattle', 'cattle', 'bees'][1 + below('produces', household || y, 10)] AS kind
    FROM registered, range(2018, 2020) t(y) WHERE county = '540228' AND chance('grows', household || y, 330));
INSERT INTO payments
SELECT 'grant-' || code, household, NULL, NULL, 'input_grant', year,
    least(500000, amount * CASE kind WHEN 'orchard' THEN 8000 WHEN 'cash_crop' THEN 6000 WHEN 'grain' THEN 4000 WHEN 'poultry' THEN 100 WHEN 'cattle' THEN 5000 ELSE 3000 END),
    make_date(year + 1, 3, 1) + below('grant paid', code, 60)::INTEGER
FROM productions WHERE NOT (kind = 'poultry' AND amount < 100) AND (year < 2019 OR chance('grant done', code, 830));
CREATE TABLE pools AS
SELECT 'pool-' || y AS code, '540228' AS area, 'benefit' AS name, y AS year, amount FROM range(2017, 2020) t(y),
    (SELECT (count(*) * 320000)::BIGINT AS amount FROM registered WHERE county = '540228');
