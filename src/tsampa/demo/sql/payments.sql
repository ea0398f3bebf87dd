-- What agreements brought in, payment by payment; amounts of wolfberry and of rent were spread over them before.
CREATE TABLE deliveries AS
SELECT code, area, household, agreement, NULL::VARCHAR AS donation, product,
    CASE WHEN product <> 'woollen cloth' THEN amount END AS weight, CASE WHEN product = 'woollen cloth' THEN amount END AS length,
    NULL::BIGINT AS pieces,
    amount * CASE product WHEN 'barley' THEN 42 WHEN 'potatoes' THEN 16 WHEN 'vegetables' THEN 24 WHEN 'milk' THEN 60 ELSE 900 END AS worth, date
FROM order_deliveries;
CREATE TABLE payments AS
SELECT code, household, person, agreement, benefit, year, amount, date FROM wages
UNION ALL SELECT code, household, NULL, agreement, 'rent', year, amount, date FROM rents
UNION ALL
SELECT 'pay-' || code, household, NULL, agreement, 'price', year(date), worth, least(date + (5 + below('paid after', code, 40))::INTEGER, getvariable('as_of'))::DATE
FROM deliveries;
-- Shares in firms: a dividend a head of the household, paid before the new year's feast.
CREATE TABLE share_agreements AS
SELECT 'share-' || household AS code, area, household, make_date(year, 12, 28) AS signed, size FROM partners WHERE is_lifted AND chance('shares', household, 330);
INSERT INTO payments
SELECT code || '-' || y, household, NULL, code, 'dividend', y, 20000 * size + 100 * below('firm dividend', code || y, 200), make_date(y + 1, 1, 15) + below('firm pays', code || y, 9)::INTEGER
FROM share_agreements, range(year(signed), 2020) t(y) WHERE y >= 2017;

CREATE TABLE agreements AS
SELECT code, area, kind, household, person, operator, NULL::VARCHAR AS organisation, site, NULL::BIGINT AS land, NULL::BIGINT AS price, signed, NULL::DATE AS ends FROM job_agreements
UNION ALL SELECT code, area, 'lease', household, NULL, 'op-lead_firm-00000', NULL, CASE WHEN wolfberry THEN 'wolfberry-base' ELSE 'vegetable-base-1' END, land, NULL, signed, (signed + INTERVAL 10 YEAR)::DATE FROM leases
UNION ALL SELECT code, area, 'purchase_order', household, NULL, 'op-cooperative-' || lpad(below('buyer', code, getvariable('cooperatives'))::VARCHAR, 5, '0'), NULL, NULL, NULL, NULL, signed, NULL FROM orders
UNION ALL SELECT code, area, 'share', household, NULL, 'op-lead_firm-00001', NULL, NULL, NULL, NULL, signed, NULL FROM share_agreements;
