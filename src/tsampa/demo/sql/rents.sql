-- Rent of each lease, paid every spring.
CREATE TABLE rents AS
SELECT code || '-' || y AS code, household, code AS agreement, y AS year, wolfberry, land AS weight, make_date(y, 3, 20) + below('rent paid', code || y, 70)::INTEGER AS date
FROM leases, range(year(signed), 2021) t(y);
-- Wages outside wolfberry are what was drawn.
UPDATE wages SET amount = weight WHERE NOT wolfberry;
