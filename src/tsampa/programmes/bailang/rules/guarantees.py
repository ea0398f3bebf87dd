"""Two assurances, three guarantees and water, each from its latest check.

Where nothing was checked a guarantee is unknown: a visit to make, not a verdict.
"""

from tsampa.rules import days_between, formula, household, known, parameters, person, today

STANDARD = "Standard of household exit, 2016"
WATER = "Criteria of safe rural drinking water"
SINCE = "2015-10-01"


def latest(row, guarantee):
    """The latest check of one guarantee on the household or person."""
    return row.checks.where(guarantee=guarantee).last(by="date")


@formula(household, en="food", zh="不愁吃", since=SINCE, source=STANDARD)
def food(h):
    """Whether the latest check found staple food all year and protein regularly.

    最近一次核查是否认定主食全年充足，并能经常补充蛋白质。
    """
    return latest(h, "food").grade == "yes"


@formula(household, en="clothing", zh="不愁穿", since=SINCE, source=STANDARD)
def clothing(h):
    """Whether the latest check found clothes, shoes and bedding for each of the four seasons.

    最近一次核查是否认定四季都有换洗衣服、鞋子和被褥。
    """
    return latest(h, "clothing").grade == "yes"


@formula(person, en="schooling", zh="就学", since=SINCE, source=STANDARD)
def education(p):
    """True of anybody not of school age, of a child in school, and of one whom health keeps from it.

    非适龄成员、在校就读的适龄成员，以及因身体原因不具备学习条件的适龄成员，均为达标。
    """
    return ~p.school_age | latest(p, "education").grade.is_in("yes", "exempt")


@formula(household, en="compulsory education", zh="义务教育", since=SINCE, source=STANDARD)
def education(h):
    """Whether every member of school age attends school, health reasons excepted.

    适龄成员是否均接受义务教育，因身体原因不具备学习条件的除外。
    """
    return h.members.education.all()


@formula(household, en="health cover of the whole household", zh="全户医保核查", since=SINCE, source=STANDARD)
def whole_household_covered(h):
    """What the latest check found that was made for the household as a whole: both insurances.

    针对全户的最近一次医保核查结果：基本医疗保险和大病保险是否均已参加。
    """
    made_for_all = h.checks.where(guarantee="health_coverage").where(~known(h.checks.person.code))
    check = made_for_all.last(by="date")
    return (check.grade == "yes") & check.serious_illness


@formula(person, en="health coverage", zh="医保", since=SINCE, source=STANDARD)
def health_coverage(p):
    """Whether the person has basic and serious-illness insurance: by the own latest check, else the household's.

    本人是否参加基本医疗保险和大病保险：以本人最近一次核查为准，未单独核查的以全户核查为准。
    """
    check = latest(p, "health_coverage")
    own = (check.grade == "yes") & check.serious_illness
    return own.else_(p.household.whole_household_covered)


@formula(household, en="health coverage", zh="基本医疗", since=SINCE, source=STANDARD)
def health_coverage(h):
    """Whether every member has both insurances.

    全体成员是否均已参加基本医疗保险和大病保险。
    """
    return h.members.health_coverage.all()


@formula(household, en="housing grade", zh="房屋等级", since=SINCE, source=STANDARD)
def housing_grade(h):
    """The safety grade that the latest check gave the dwelling.

    最近一次核查评定的房屋安全等级。
    """
    return latest(h, "housing").grade


@formula(household, en="safe housing", zh="住房安全", since=SINCE, source=STANDARD)
def housing(h):
    """Whether the dwelling is of grade A or B; C needs repair, and D must be rebuilt.

    房屋是否为 A 级或 B 级；C 级需维修加固，D 级需拆除重建。
    """
    return h.housing_grade.is_in("A", "B")


@formula(household, en="water enough", zh="水量达标", since=SINCE, source=WATER)
def water_quantity(h):
    """Whether each person has the least water needed in such a village: less where water is scarce.

    每人每天用水量是否达到本村适用的最低标准，缺水地区适用较低标准。
    """
    zone = h.village.water_zone.else_("ordinary")
    return latest(h, "safe_water").value >= parameters.water_minimum[zone]


@formula(household, en="safe water", zh="饮水安全", since=SINCE, source=WATER)
def safe_water(h):
    """Whether water is enough, near, supplied on most days, and passed its test.

    水量、取水便利程度、供水保证率和水质是否全部达标。
    """
    check = latest(h, "safe_water")
    near = check.minutes_to_fetch <= parameters.water_minutes
    steady = check.supply_days >= parameters.water_days
    return h.water_quantity & near & steady & check.quality


@formula(
    household,
    en="days since the last check",
    zh="距上次核查天数",
    unit="day",
    since=SINCE,
    source="Dynamic management of the register",
)
def days_since_check(h):
    """Days from the latest check of anything to the day; unknown where nothing was ever checked.

    从最近一次核查（不论项目）到当日的天数；从未核查的为未知。
    """
    return days_between(h.checks.date.max(), today)
