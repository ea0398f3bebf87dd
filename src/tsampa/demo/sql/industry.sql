-- Operators by kind, spread over the county's villages; which kinds of sites there are stands in the county's ledger.
CREATE TABLE operator_numbers AS
SELECT kind, n, row_number() OVER (ORDER BY kind, n) - 1 AS i
FROM (VALUES ('lead_firm', getvariable('lead_firms')), ('cooperative', getvariable('cooperatives')),
    ('family_farm', getvariable('family_farms')), ('large_grower', getvariable('large_growers'))) k(kind, many), range(k.many) t(n);
CREATE TABLE county_villages AS
SELECT code, name, row_number() OVER (ORDER BY code) - 1 AS i, count(*) OVER () AS many FROM areas WHERE level = 'village' AND code LIKE '540228%';
CREATE TABLE operators AS
SELECT 'op-' || o.kind || '-' || lpad(n::VARCHAR, 5, '0') AS code, v.code AS area,
    v.name || CASE o.kind WHEN 'lead_firm' THEN '农牧发展公司' WHEN 'cooperative' THEN '农牧民专业合作社' WHEN 'family_farm' THEN '家庭农场' ELSE '种养大户' END || (n + 1)::VARCHAR || '号' AS name,
    o.kind, CASE WHEN o.kind = 'lead_firm' AND n % 3 <> 0 THEN 'attracted' ELSE 'local' END AS origin,
    CASE WHEN o.kind = 'cooperative' AND n < getvariable('vegetable_cooperatives') THEN 'vegetables_fruit'
        ELSE ['barley', 'barley', 'fodder_livestock', 'fodder_livestock', 'dairy', 'handicraft', 'wolfberry', 'other'][1 + below('sector', o.kind || n, 8)] END AS sector,
    DATE '2012-01-01' + below('operator since', o.kind || n, 2500)::INTEGER AS since, NULL::DATE AS until
FROM operator_numbers o JOIN county_villages v ON v.i = below('operator place', o.kind || n, v.many);

-- Jobs: workers of poor households, from the winter of their exit on.
CREATE TABLE jobs AS
SELECT person, household, area, exit_year, row_number() OVER (ORDER BY draw('job', person), person) AS place
FROM people JOIN registered USING (household, area, county)
WHERE county = '540228' AND exit_year IS NOT NULL AND able AND age BETWEEN 18 AND 58
QUALIFY place <= getvariable('jobs');
CREATE TABLE job_agreements AS
SELECT 'job-' || person AS code, area, 'job' AS kind, household, person, 'op-lead_firm-' || lpad((place % getvariable('lead_firms'))::VARCHAR, 5, '0') AS operator,
    CASE WHEN place <= getvariable('jobs') * 58 // 100 THEN 'wolfberry-base' ELSE ['vegetable-base-1', 'vegetable-base-2', 'vegetable-base-3', 'livestock-park', 'woollen-workshop'][1 + below('job site', person, 5)] END AS site,
    make_date(exit_year, 1, 5) + below('job since', person, 50)::INTEGER AS signed
FROM jobs;
CREATE TABLE wages AS
SELECT code || '-' || strftime(month, '%Y%m') AS code, household, person, code AS agreement, 'wage' AS benefit, year(month) AS year,
    (150000 + below('wage', code, 140000) + below('wage of month', code || strftime(month, '%Y%m'), 60000)) AS weight, site = 'wolfberry-base' AS wolfberry,
    (month + INTERVAL 1 MONTH - INTERVAL 1 DAY - to_days(below('payday', code || month, 6)::INTEGER))::DATE AS date
FROM job_agreements, generate_series(date_trunc('month', signed + INTERVAL 1 MONTH), DATE '2020-05-01', INTERVAL 1 MONTH) t(month)
WHERE month(month) BETWEEN 3 AND 11;

-- Leases and purchase orders: mostly of households never registered, and of poor ones from their exit on.
CREATE TABLE partners AS
SELECT household, area, size, coalesce(exit_year, 2016) AS year, household IN (SELECT household FROM lifted) AS is_lifted,
    row_number() OVER (ORDER BY draw('partner', household), household) AS place
FROM heads LEFT JOIN registered USING (household, area, county, size)
WHERE county = '540228' AND (household IN (SELECT household FROM lifted) OR household NOT IN (SELECT household FROM registered));
CREATE TABLE leases AS
SELECT 'lease-' || household AS code, area, household, chance('lease of wolfberry', household, 458) AS wolfberry, 20 + humped('land', household, 0, 160) AS weight,
    make_date(greatest(2017, year)::BIGINT, 1, 10) + below('lease signed', household, 60)::INTEGER AS signed
FROM partners WHERE place % 4 = 0;
CREATE TABLE orders AS
SELECT 'order-' || household AS code, area, household, size,
    CASE WHEN chance('weaver', household, 110) THEN 'woollen cloth' ELSE ['barley', 'barley', 'potatoes', 'vegetables', 'vegetables', 'milk'][1 + below('product', household, 6)] END AS product,
    make_date(greatest(2017, year)::BIGINT, 2, 1) + below('order signed', household, 60)::INTEGER AS signed
FROM partners WHERE place % 4 IN (1, 2);
CREATE TABLE order_deliveries AS
SELECT code || '-' || y || '-' || n AS code, area, household, code AS agreement, product, 400 + below('crop', code || y || n, 900) AS weight,
    least(CASE product WHEN 'barley' THEN make_date(y, 9, 10) WHEN 'milk' THEN make_date(y, 4 + (2 * n)::INTEGER, 12) WHEN 'woollen cloth' THEN make_date(y, 3 + (4 * n)::INTEGER, 5) ELSE make_date(y, 7 + n::INTEGER, 3) END
        + below('delivered', code || y || n, 25)::INTEGER, DATE '2020-06-30') AS date
FROM orders, range(year(signed), 2020) t(y), range(3) u(n)
WHERE NOT chance('no delivery', code || y || n, 60);
