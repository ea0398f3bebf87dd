-- What a farming household works, and why those on the register are poor.
CREATE TABLE land_parcels AS
SELECT 'l-' || code || '-' || kind AS code, code AS household, kind,
    CASE kind WHEN 'arable' THEN between_('arable', code, 300, 2400) WHEN 'grassland' THEN between_('grassland', code, 2000, 40000) ELSE between_('orchard', code, 100, 600) END AS size,
    DATE '1999-01-01' AS since, NULL::DATE AS until
FROM homes, (VALUES ('arable', 920), ('grassland', 640), ('orchard_land', 120)) k(kind, of_thousand)
WHERE chance(kind, code, of_thousand);

CREATE TABLE poverty_drivers AS
SELECT 'd-' || household || '-' || n AS code, household,
    CASE WHEN n = 1 THEN ['illness', 'illness', 'illness', 'disability', 'schooling', 'lack_of_skills', 'lack_of_skills', 'lack_of_labour', 'lack_of_funds', 'lack_of_land'][1 + below('driver', household, 10)]
        ELSE ['lack_of_transport', 'lack_of_water', 'disaster'][1 + below('second driver', household, 3)] END AS driver,
    n = 1 AS main, DATE '2015-06-30' AS since,
    CASE WHEN exit_year IS NOT NULL THEN make_date(exit_year::INTEGER, 12, 31) END AS until
FROM registered, range(1, 3) t(n)
WHERE n = 1 OR chance('two drivers', household, 300);
