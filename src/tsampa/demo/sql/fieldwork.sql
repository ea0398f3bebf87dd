-- Case workers, who is responsible for whom, visits with what they found, and the measures that followed.
INSERT INTO staff SELECT 'cw-' || code || '-' || n, code, 'case_worker' FROM county_villages, range(1, 3) t(n);
CREATE TABLE cared_for AS
SELECT household, area, exit_year, 'cw-' || area || '-' || (1 + below('case worker', household, 2)) AS staff_member FROM registered WHERE county = '540228';
INSERT INTO assignments
SELECT 'a-' || code, 'cw-' || code || '-1', code, NULL, NULL, 'area', DATE '2016-10-08' + below('assigned', code, 30)::INTEGER, NULL FROM county_villages
UNION ALL SELECT 'h-' || household, staff_member, area, household, NULL, 'household', DATE '2016-11-01' + below('assigned', household, 60)::INTEGER, NULL FROM cared_for;
CREATE TABLE visits AS
SELECT 'visit-' || household || '-' || n AS code, household, staff_member, DATE '2017-01-10' + (180 * n + below('visit', household || n, 120))::INTEGER AS date
FROM cared_for, range(7) t(n) WHERE date <= getvariable('as_of');
-- Every gap that a round of checks found is a finding of the visit before it, with an owner, a deadline and what became of it.
CREATE TABLE found_gaps AS
SELECT c.code, c.household, CASE c.guarantee WHEN 'safe_water' THEN 'safe_water' ELSE c.guarantee END AS gap, c.date
FROM checks c WHERE (grade IN ('no', 'C', 'D') OR quality = false) AND c.household IN (SELECT household FROM cared_for);
CREATE TABLE findings AS
SELECT 'f-' || g.code AS code, g.household, v.code AS visit, gap, v.staff_member, v.date AS found, (v.date + 90)::DATE AS due,
    CASE WHEN NOT chance('late', g.code, 60) AND v.date + (20 + below('mended', g.code, 60))::INTEGER <= getvariable('as_of') THEN (v.date + (20 + below('mended', g.code, 60))::INTEGER)::DATE END AS corrected,
    CASE WHEN NOT chance('late', g.code, 60) AND v.date + (85 + below('looked again', g.code, 40))::INTEGER <= getvariable('as_of') THEN (v.date + (85 + below('looked again', g.code, 40))::INTEGER)::DATE END AS reverified
FROM found_gaps g ASOF JOIN visits v ON g.household = v.household AND g.date >= v.date;
CREATE TABLE household_measures AS
SELECT 'hm-' || code AS code, household, gap,
    CASE gap WHEN 'housing' THEN 'repair' WHEN 'safe_water' THEN 'water point' WHEN 'education' THEN 'back to school' WHEN 'health_coverage' THEN 'enrolment' ELSE 'supplies' END AS measure,
    found AS since, NULL::DATE AS until, corrected AS done FROM findings;
INSERT INTO household_measures
SELECT 'hm-income-' || household, household, 'income', 'link to industry', DATE '2016-11-15', NULL, make_date(exit_year, 9, 30) FROM cared_for;
CREATE TABLE shocks AS
SELECT 'shock-' || household AS code, household, ['illness', 'illness', 'illness', 'disaster', 'accident', 'schooling'][1 + below('shock kind', household, 6)] AS kind,
    100 * humped('shock cost', household, 2000, 60000) AS rigid_expense, DATE '2018-01-01' + below('shock day', household, 900)::INTEGER AS date,
    CASE WHEN chance('over', household, 700) AND date + 200 <= getvariable('as_of') THEN (date + 60 + below('over after', household, 140)::INTEGER)::DATE END AS resolved
FROM heads WHERE chance('shock', household, 12);
-- Who stands just above the line, or was struck, is watched since this spring; one in ten was missed.
INSERT INTO statuses
SELECT 's3-' || household, household, 'monitored', CASE WHEN household IN (SELECT household FROM registered) THEN 'unstable_exited' ELSE 'near_poor' END, DATE '2020-03-10' + below('watched', household, 80)::INTEGER, NULL
FROM aims WHERE year = 2019 AND aim < size * 482700 AND household NOT IN (SELECT household FROM registered WHERE exit_year IS NULL) AND chance('watched at all', household, 900)
UNION ALL SELECT 's4-' || household, household, 'monitored', 'shock_affected', (date + 20)::DATE, NULL
FROM shocks WHERE resolved IS NULL AND date < DATE '2020-05-01' AND household NOT IN (SELECT household FROM aims WHERE year = 2019 AND aim < size * 482700) AND chance('seen', household, 850);
-- Training of technicians: sessions of twenty-five, people of any household, some of them twice.
INSERT INTO sessions
SELECT 'tech-' || n, v.code, 'technician_training', NULL, NULL, NULL, NULL, 5, DATE '2017-03-01' + (23 * n)::INTEGER % 1100
FROM range((getvariable('technicians') + 24) // 25) t(n) JOIN county_villages v ON v.i = n % v.many;
CREATE TABLE trainees AS
SELECT person, area, row_number() OVER (ORDER BY draw('technician', person), person) - 1 AS place FROM people WHERE county = '540228' AND able AND age BETWEEN 18 AND 55
QUALIFY place < getvariable('technicians');
INSERT INTO attendances
SELECT 'at-' || person || '-' || s, v.code, 'tech-' || s, NULL, person
FROM (SELECT person, place // 25 AS s FROM trainees UNION ALL SELECT person, (place // 25 + 1) % ((getvariable('technicians') + 24) // 25) FROM trainees WHERE place % 6 = 0)
JOIN county_villages v ON v.i = s % v.many;
