-- Rounds of checks: every year for the register, once for the others. What was not asked is not there.
CREATE TABLE rounds AS
SELECT household, exit_year, true AS on_register, y AS year, make_date(y, 3, 1) + below('round', household || y, 100)::INTEGER AS date
FROM registered, range(2016, 2021) t(y)
UNION ALL
SELECT household, NULL, false, 2019, DATE '2019-07-15' + below('round', household, 330)::INTEGER FROM heads WHERE household NOT IN (SELECT household FROM registered);
-- How likely a gap is in each round, in thousandths: high before the exit, rare after it.
CREATE TABLE asked AS
SELECT household, year, date, on_register, guarantee, household || year || guarantee AS key, 'k-' || household || '-' || year || '-' || guarantee AS code,
    CASE WHEN on_register AND (exit_year IS NULL OR year <= exit_year) THEN CASE WHEN exit_year IS NULL THEN 230 ELSE 160 END WHEN on_register THEN 3 ELSE 6 END AS gap
FROM rounds, (VALUES ('food'), ('clothing'), ('health_coverage'), ('housing'), ('safe_water')) g(guarantee)
WHERE on_register OR NOT chance('not asked', household || guarantee, 14);
CREATE TABLE zones AS SELECT code, coalesce(water_zone, 'ordinary') AS zone FROM areas;
CREATE TABLE checks AS
SELECT k.code, k.household, NULL::VARCHAR AS person, guarantee,
    CASE WHEN guarantee = 'housing' THEN CASE WHEN chance('gap', key, gap) THEN CASE WHEN chance('worse', key, 350) THEN 'D' ELSE 'C' END WHEN chance('grade', household, 400) THEN 'B' ELSE 'A' END
        WHEN guarantee = 'safe_water' THEN NULL WHEN chance('gap', key, gap // 2) THEN 'no' ELSE 'yes' END AS grade,
    CASE WHEN guarantee = 'safe_water' THEN 100 * CASE WHEN chance('gap', key, gap) THEN between_('little', key, 8, 19) WHEN zone = 'scarce' THEN between_('litres', key, 22, 60) ELSE between_('litres', key, 36, 90) END END AS value,
    CASE WHEN guarantee = 'safe_water' THEN between_('minutes', key, 0, 18) END AS minutes_to_fetch,
    CASE WHEN guarantee = 'safe_water' THEN between_('days', key, 91, 100) END AS supply_days,
    CASE WHEN guarantee = 'safe_water' THEN NOT chance('unclean', key, gap // 4) END AS quality,
    CASE WHEN guarantee = 'health_coverage' THEN true END AS serious_illness, date
FROM asked k JOIN households h ON h.code = k.household JOIN zones z ON z.code = h.area;
INSERT INTO checks
SELECT 'k-' || p.person || '-' || year, household, p.person, 'education', CASE WHEN chance('exempt', p.person, 4) THEN 'exempt' WHEN chance('drops out', p.person || year, CASE WHEN on_register THEN 4 ELSE 2 END) THEN 'no' ELSE 'yes' END,
    NULL, NULL, NULL, NULL, NULL, date
FROM rounds JOIN people p USING (household)
WHERE age - (2020 - year) BETWEEN 5 AND 16 AND (on_register OR NOT chance('school not asked', p.person, 12));
