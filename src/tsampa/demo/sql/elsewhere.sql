-- What the page tells of Basu: dividends and benefits in one village, gifts to registered households, a training to order.
CREATE TABLE wangbi AS SELECT household, size, row_number() OVER (ORDER BY household) - 1 AS place FROM heads WHERE area = '540326100205';
CREATE TABLE wangbi_paid AS
SELECT 'wd-' || household || '-' || y AS code, household, 'dividend' AS benefit, y AS year, make_date(y + 1, 1, 16) AS date, size * 100 + below('wangbi dividend', household || y, 60) AS weight FROM wangbi, range(2018, 2020) t(y)
UNION ALL
SELECT 'ww-' || household || '-' || n, household, 'wage', 2019, make_date(2019, 4 + n::INTEGER, 28), 60 + below('wangbi wage', household || n, 90) FROM wangbi, range(6) t(n) WHERE place % 2 = 0;
-- Seven firms' money for one township, pigs for registered households, goods: each gift delivered to a household by name.
CREATE TABLE basu_homes AS
SELECT household, area, size, area LIKE '540326207%' AS in_jida, row_number() OVER (ORDER BY draw('gift', household), household) - 1 AS place
FROM heads WHERE county = '540326' AND household IN (SELECT household FROM registered);
CREATE TABLE gifts AS
SELECT 'gift-money-' || household AS code, area, household, 'donation-jida-' || (place % 7) AS donation, 'money' AS product, NULL::BIGINT AS pieces, size * 10 AS weight, DATE '2019-11-20' + below('given', household, 30)::INTEGER AS date FROM basu_homes WHERE in_jida
UNION ALL SELECT 'gift-pig-' || household, area, household, 'donation-pigs', 'pig', 0, size * 7 + below('pig', household, 9), DATE '2019-09-10' + below('given', household, 20)::INTEGER FROM basu_homes WHERE place % 3 = 0 AND NOT in_jida
UNION ALL SELECT 'gift-goods-' || household, area, household, 'donation-goods', 'goods', NULL, size * 10 + below('goods', household, 12), DATE '2020-01-08' + below('given', household, 12)::INTEGER FROM basu_homes WHERE place % 3 <> 0 AND NOT in_jida;
CREATE TABLE trained AS
SELECT person, area, row_number() OVER (ORDER BY draw('trained', person), person) - 1 AS place FROM people
WHERE county = '540326' AND able AND age BETWEEN 18 AND 50 AND household IN (SELECT household FROM registered) QUALIFY place < 78;
