-- The gifts as they reached households, and what was received and allocated for them.
INSERT INTO payments SELECT code, household, NULL, NULL, benefit, year, amount, date FROM wangbi_paid;
INSERT INTO deliveries SELECT code, area, household, NULL, donation, product, NULL, NULL, pieces, worth, date FROM gifts;
INSERT INTO donation_receipts SELECT 'r-' || donation, substr(donation_area, 1, 9), donation, worth, first - 20
FROM (SELECT donation, sum(worth)::BIGINT AS worth, min(date) AS first, CASE WHEN donation LIKE '%jida%' THEN '540326207' ELSE '540326' END AS donation_area FROM gifts GROUP BY ALL);
INSERT INTO donation_allocations SELECT 'al-' || code, area, 'r-' || donation, household, worth, (date - 3)::DATE, (date + 12)::DATE FROM gifts;
INSERT INTO attendances SELECT 'at-' || person, '540326', 'workshop-training', NULL, person FROM trained;
INSERT INTO training_outcomes
SELECT 'to-' || person, '540326', 'workshop-training', person, CASE WHEN place < 25 THEN 'placed' WHEN place < 43 THEN 'self_employed' ELSE 'not_stated' END,
    CASE WHEN place < 43 THEN before END,
    CASE WHEN place = 0 THEN before + 3000000 WHEN place = 1 THEN before + 5000000 WHEN place < 43 THEN before + 100 * humped('gain', person, 30000, 50000) END, DATE '2019-12-20'
FROM (SELECT *, 100 * between_('before', person, 2200, 6000) AS before FROM trained);
-- Three levels of responsibility in one courtyard of Lhasa: the area, its households, and persons who need more.
INSERT INTO assignments
SELECT 'courtyard', 'courtyard-0', '540102003003', NULL, NULL, 'area', DATE '2020-06-20', NULL
UNION ALL SELECT 'courtyard-' || household, 'courtyard-' || (1 + below('courtyard', household, 5)), area, household, NULL, 'household', DATE '2020-06-20', NULL FROM heads WHERE area = '540102003003'
UNION ALL SELECT 'courtyard-' || person, 'courtyard-' || (1 + below('courtyard', person, 5)), area, household, person, 'person', DATE '2020-06-20', NULL FROM people WHERE area = '540102003003'
    QUALIFY row_number() OVER (ORDER BY age DESC, person) <= 9;
