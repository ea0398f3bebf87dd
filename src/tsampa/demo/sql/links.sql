-- Links: each lifted household has one at least; vegetables and fruit reach the count of people that its ledger has.
CREATE TABLE candidates AS
SELECT person, p.household, p.area, l.household IS NOT NULL AS is_lifted, p.code_order = 1 AS first_of_house
FROM (SELECT *, row_number() OVER (PARTITION BY household ORDER BY NOT (age BETWEEN 18 AND 70), person) AS code_order FROM people WHERE county = '540228') p
LEFT JOIN lifted l USING (household)
WHERE (age BETWEEN 18 AND 70 OR code_order = 1) AND (l.household IS NOT NULL OR household NOT IN (SELECT household FROM registered));
CREATE TABLE vegetable_people AS
SELECT *, row_number() OVER (ORDER BY NOT (is_lifted AND first_of_house), draw('veg', person), person) AS place
FROM candidates WHERE NOT (first_of_house AND is_lifted AND NOT chance('veg house', household, 450))
QUALIFY place <= getvariable('vegetable_people');
CREATE TABLE benefit_links AS
SELECT 'link-v-' || person AS code, household, person, 'op-cooperative-' || lpad((place % getvariable('vegetable_cooperatives'))::VARCHAR, 5, '0') AS operator,
    'vegetable-base-' || (1 + below('veg base', person, 3)) AS site, NULL::VARCHAR AS agreement, ['purchase_order', 'services', 'labour', 'shares'][1 + below('veg kind', person, 4)] AS kind,
    DATE '2016-11-01' + below('linked', household, 700)::INTEGER AS since, NULL::DATE AS until
FROM vegetable_people;
INSERT INTO benefit_links
SELECT 'link-o-' || person, household, person, NULL, ['wolfberry-base', 'livestock-park', 'woollen-workshop', 'barley-base'][1 + below('other site', person, 4)], NULL,
    ['labour', 'lease', 'purchase_order', 'custody', 'shares'][1 + below('other kind', person, 5)], DATE '2016-11-01' + below('linked', household, 700)::INTEGER, NULL
FROM candidates WHERE is_lifted AND first_of_house AND person NOT IN (SELECT person FROM vegetable_people);
