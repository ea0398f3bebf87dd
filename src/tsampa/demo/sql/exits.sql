-- About one household in six was registered in 2015. Most have exited since, each through its case, in the winter of one year.
CREATE TABLE registered AS
SELECT household, area, county, size,
    CASE WHEN chance('still', household, 28) THEN NULL ELSE [2016, 2017, 2017, 2018, 2018, 2018, 2018, 2019, 2019][1 + below('exit year', household, 9)] END AS exit_year
FROM heads
WHERE chance('registered', household, CASE WHEN county = '540228' THEN 190 ELSE 1000 END) AND county <> '540102';

-- A household whose children were in doubt or whose neighbour objected took longer; nothing is skipped.
CREATE TABLE case_days AS
SELECT 'x-' || household AS code, household, make_date(exit_year, 8, 20) + below('opened', household, 45)::INTEGER AS appraisal,
    3 + below('d1', household, 9) AS d1, 1 + below('d2', household, 5) AS d2, 1 + below('d3', household, 4) AS d3,
    getvariable('notice') + below('d4', household, 6) AS d4, 1 + below('d5', household, 8) AS d5, 3 + below('d6', household, 15) AS d6,
    1 + below('d7', household, 6) AS d7, 1 + below('d8', household, 9) AS d8, chance('objection', household, 22) AS objected
FROM registered WHERE exit_year IS NOT NULL;

CREATE TABLE dated AS
SELECT code, household, objected, appraisal, (appraisal + d1::INTEGER) AS verification, (appraisal + (d1 + d2)::INTEGER) AS consent,
    (appraisal + (d1 + d2 + d3)::INTEGER) AS notice, (appraisal + (d1 + d2 + d3 + d4)::INTEGER) AS removed,
    (appraisal + (d1 + d2 + d3 + d4 + d5)::INTEGER) AS township_review, (appraisal + (d1 + d2 + d3 + d4 + d5 + d6)::INTEGER) AS county_approval,
    (appraisal + (d1 + d2 + d3 + d4 + d5 + d6 + d7)::INTEGER) AS announcement, (appraisal + (d1 + d2 + d3 + d4 + d5 + d6 + d7 + d8)::INTEGER) AS marked
FROM case_days;

CREATE TABLE exit_cases AS
SELECT code, household, 'exit' AS kind, appraisal AS opened, true AS consented, marked AS closed FROM dated;

-- Begun this spring and not done on the day: a registered household's case under way.
INSERT INTO exit_cases
SELECT 'x-' || household, household, 'exit', DATE '2020-05-10' + below('begun', household, 30)::INTEGER, NULL, NULL
FROM registered WHERE exit_year IS NULL AND chance('under way', household, 300);

CREATE TABLE case_steps AS
SELECT code || '-' || step AS code, household, code AS exit_case, step, date
FROM (UNPIVOT (SELECT code, household, appraisal, verification, consent, notice, township_review, county_approval, announcement, marked FROM dated)
    ON appraisal, verification, consent, notice, township_review, county_approval, announcement, marked INTO NAME step VALUE date);
INSERT INTO case_steps SELECT code || '-appraisal', household, code, 'appraisal', opened FROM exit_cases WHERE closed IS NULL;

CREATE TABLE notices AS SELECT code || '-n' AS code, household, code AS exit_case, notice AS posted, removed FROM dated;

CREATE TABLE objections AS
SELECT code || '-o' AS code, household, code AS exit_case, (notice + 2)::DATE AS raised, removed AS answered, false AS upheld FROM dated WHERE objected;

-- Planted on demand: the steps of one exit go missing. The figure of exits without a case must find it.
CREATE TABLE planted AS
SELECT code, household FROM dated WHERE getvariable('plant') AND household LIKE '540228%' ORDER BY draw('plant', household), household LIMIT 1;
DELETE FROM case_steps WHERE exit_case IN (SELECT code FROM planted);

CREATE TABLE statuses AS
SELECT 's1-' || r.household AS code, r.household, 'registered' AS status, NULL::VARCHAR AS kind,
    DATE '2015-07-01' + below('entered', r.household, 240)::INTEGER AS since, d.marked AS until
FROM registered r LEFT JOIN dated d USING (household)
UNION ALL SELECT 's2-' || household, household, 'exited', NULL, marked, NULL FROM dated
UNION ALL SELECT 's0-' || household, household, 'never_registered', NULL, DATE '2015-06-30', NULL FROM heads WHERE household NOT IN (SELECT household FROM registered);

-- Those whose exit industry carried: whole households up to the count, and one more of just the size that is missing.
CREATE TABLE in_order AS
SELECT household, size, sum(size) OVER (ORDER BY draw('lifted', household), household) AS upto
FROM registered WHERE county = '540228' AND exit_year IS NOT NULL AND household NOT IN (SELECT household FROM planted);
CREATE TABLE lifted AS
SELECT household, size FROM in_order WHERE upto <= getvariable('lifted');
INSERT INTO lifted
SELECT household, size FROM in_order
WHERE size = getvariable('lifted') - (SELECT coalesce(sum(size), 0) FROM lifted) AND household NOT IN (SELECT household FROM lifted)
ORDER BY household LIMIT 1;
