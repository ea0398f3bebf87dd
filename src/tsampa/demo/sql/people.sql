-- Households are drawn one after the other until the county has its people; the last one is cut to fit.
CREATE TABLE sized AS
SELECT i, [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 7, 8, 9][1 + below('size', i, 20)] AS size
FROM range(getvariable('people') + 1) t(i)
WHERE i <= getvariable('people') // 2;

CREATE TABLE counted AS SELECT i, size, sum(size) OVER (ORDER BY i) AS upto FROM sized;

CREATE TABLE village_weights AS
SELECT code, 40 + below('village', code, 121) AS weight FROM areas WHERE level = 'village' AND code LIKE '540228%';

CREATE TABLE village_marks AS
SELECT code, coalesce(sum(weight) OVER (ORDER BY code ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS mark
FROM village_weights;

CREATE TABLE placed AS
SELECT 'c' || i AS key, m.code AS area,
    (CASE WHEN upto > getvariable('people') THEN size - (upto - getvariable('people')) ELSE size END)::BIGINT AS size
FROM (
    SELECT *, below('place', i, (SELECT sum(weight) FROM village_weights)) AS at
    FROM counted WHERE upto - size < getvariable('people')
) c
ASOF JOIN village_marks m ON c.at >= m.mark;

-- The villages of the other counties that the page tells of, as many households as their stories need.
INSERT INTO placed
SELECT 'o' || area || '-' || n, area, [2, 3, 3, 4, 4, 4, 5, 5, 6, 7][1 + below('size', area || n, 10)]
FROM elsewhere, range(elsewhere.households) t(n);

CREATE TABLE homes AS
SELECT area || '-' || lpad((row_number() OVER (PARTITION BY area ORDER BY draw('order', key), key))::VARCHAR, 5, '0') AS code,
    area, size, substr(area, 1, 6) AS county
FROM placed;

CREATE TABLE households AS SELECT code, area FROM homes;

CREATE TABLE heads AS
SELECT code AS household, area, county, size, humped('head', code, 22, 70) AS head_age FROM homes;

-- Who lives with the head goes by the head's age: young ones with children, old ones with grown children and grandchildren.
CREATE TABLE kin AS
SELECT h.*, n, household || '-' || lpad((n + 1)::VARCHAR, 2, '0') AS code,
    CASE
        WHEN n = 0 THEN 'head'
        WHEN n = 1 AND chance('married', household, 860) THEN 'spouse'
        WHEN head_age < 48 AND below('kin', household || n, 10) < 8 THEN 'child'
        WHEN head_age < 48 THEN 'parent'
        WHEN head_age < 58 AND below('kin', household || n, 10) < 9 THEN 'child'
        WHEN head_age >= 58 AND below('kin', household || n, 10) < 5 THEN 'grandchild'
        WHEN head_age >= 58 THEN 'child'
        ELSE 'sibling'
    END AS relationship
FROM heads h, range(h.size) t(n);

CREATE TABLE aged AS
SELECT *, CASE relationship
        WHEN 'head' THEN head_age
        WHEN 'spouse' THEN greatest(18, head_age + between_('age', code, -6, 4))
        WHEN 'child' THEN greatest(0, head_age - between_('age', code, 20, 38))
        WHEN 'parent' THEN least(97, head_age + between_('age', code, 18, 34))
        WHEN 'grandchild' THEN greatest(0, head_age - between_('age', code, 40, 60))
        ELSE greatest(16, head_age + between_('age', code, -14, 8))
    END AS age
FROM kin;

-- Farming and herding by household, so that a family lives of one thing; the last family is split to meet the count.
CREATE TABLE ranked AS
SELECT *, row_number() OVER (PARTITION BY county ORDER BY draw('livelihood', household), code) AS place_in_county FROM aged;

CREATE TABLE persons AS
SELECT code,
    CASE WHEN relationship = 'spouse' THEN 'female' WHEN relationship = 'head' THEN CASE WHEN chance('sex', code, 700) THEN 'male' ELSE 'female' END
        WHEN chance('sex', code, 505) THEN 'male' ELSE 'female' END AS sex,
    (getvariable('as_of') - to_years(age::INTEGER) - to_days(below('birth', code, 365)::INTEGER))::DATE AS birth_date,
    CASE
        WHEN age < 16 THEN 'none'
        WHEN age < 60 THEN ['skilled', 'ordinary', 'ordinary', 'ordinary', 'ordinary', 'ordinary', 'ordinary', 'ordinary', 'weak', CASE WHEN chance('unable', code, 400) THEN 'none' ELSE 'ordinary' END][1 + below('capacity', code, 10)]
        WHEN age < 70 THEN ['ordinary', 'ordinary', 'weak', 'weak', 'none'][1 + below('capacity', code, 5)]
        ELSE CASE WHEN chance('capacity', code, 130) THEN 'weak' ELSE 'none' END
    END AS work_capacity,
    CASE WHEN county <> '540228' THEN 'farming_herding'
        WHEN place_in_county <= getvariable('farming') THEN 'farming_herding'
        ELSE ['employed', 'employed', 'services', 'public_service'][1 + below('other livelihood', household, 4)]
    END AS livelihood,
    CASE WHEN age BETWEEN 6 AND 15 THEN chance('school', code, 996) WHEN age BETWEEN 16 AND 22 THEN chance('school', code, 450) WHEN age < 6 THEN false END AS in_school
FROM ranked;

CREATE TABLE memberships AS
SELECT a.code || '-membership-1' AS code, a.code AS person, a.household, a.relationship,
    greatest(DATE '2015-06-30', p.birth_date) AS since, NULL::DATE AS until
FROM aged a JOIN persons p USING (code);

-- Those who died or moved away since the register was opened: on its rolls in the past, not on the day.
CREATE TABLE gone AS
SELECT household || '-90' AS code, household, between_('gone age', household, 3, 92) AS age,
    DATE '2015-10-01' + below('gone day', household, 1650)::INTEGER AS until
FROM heads WHERE chance('gone', household, 45);

INSERT INTO persons
SELECT code, CASE WHEN chance('sex', code, 500) THEN 'male' ELSE 'female' END,
    (DATE '2015-06-30' - to_years(age::INTEGER) - to_days(below('birth', code, 365)::INTEGER))::DATE, CASE WHEN age BETWEEN 16 AND 64 THEN 'ordinary' ELSE 'none' END, 'farming_herding', false
FROM gone;

INSERT INTO memberships SELECT code || '-membership-1', code, household, CASE WHEN age > 55 THEN 'parent' ELSE 'other' END, DATE '2015-06-30', until FROM gone;

-- Ages as of the day, for what the next steps choose by.
CREATE TABLE people AS
SELECT a.code AS person, a.household, a.area, a.county, date_diff('year', birth_date, getvariable('as_of')) AS age, p.work_capacity IN ('skilled', 'ordinary', 'weak') AS able
FROM aged a JOIN persons p USING (code);
