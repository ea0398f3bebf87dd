"""Guarantees: food, clothing, schooling, health cover, housing and water, each from its latest check.

Where nothing was checked a guarantee is unknown: a visit to make, not a verdict.
"""

from tsampa.rules import days_between, formula, household, known, parameters, person, today

ASSURANCES = "Middle Village programme, article 4"
ARTICLE = "Middle Village programme, article 5"


def latest(row, guarantee):
    """The latest check of one guarantee on the household or person."""
    return row.checks.where(guarantee=guarantee).last(by="date")


@formula(household, en="food", zh="食物", since="2018-01-01", source=ASSURANCES)
def food(h):
    """Whether the latest check found staple food all year and protein regularly.

    最近一次核查是否认定主食全年充足，并能经常补充蛋白质。
    """
    return latest(h, "food").grade == "yes"


@formula(household, en="clothing", zh="衣着", since="2018-01-01", source=ASSURANCES)
def clothing(h):
    """Whether the latest check found clothes, shoes and bedding for each of the four seasons.

    最近一次核查是否认定四季都有换洗衣服、鞋子和被褥。
    """
    return latest(h, "clothing").grade == "yes"


@formula(person, en="schooling", zh="就学", since="2018-01-01", source=ARTICLE)
def education(p):
    """True of anybody not of school age, of a child in school, and of one whom health keeps from it.

    非学龄成员、在校就读的学龄成员，以及因身体原因不具备学习条件的学龄成员，均为达标。
    """
    return ~p.school_age | latest(p, "education").grade.is_in("yes", "exempt")


@formula(household, en="compulsory education", zh="义务教育", since="2018-01-01", source=ARTICLE)
def education(h):
    """Whether every member of school age attends school, health reasons excepted.

    适龄成员是否均接受义务教育，因身体原因不具备学习条件的除外。
    """
    return h.members.education.all()


@formula(
    household, en="health cover of the whole household", zh="全户医保核查", since="2018-01-01", source=ARTICLE
)
def whole_household_covered(h):
    """What the latest check found that was made for the household as a whole, not for one member.

    针对全户（而非某一成员）的最近一次医保核查结果。
    """
    for_all = h.checks.where(guarantee="health_coverage").where(~known(h.checks.person.code))
    return for_all.last(by="date").grade == "yes"


@formula(person, en="health coverage", zh="医保", since="2018-01-01", source=ARTICLE)
def health_coverage(p):
    """Whether the person is insured: by the latest check of this person or, without one, of the household.

    本人是否参保：以本人最近一次核查为准；本人未单独核查的，以全户核查为准。
    """
    own = latest(p, "health_coverage").grade == "yes"
    return own.else_(p.household.whole_household_covered)


@formula(household, en="health coverage", zh="基本医疗", since="2018-01-01", source=ARTICLE)
def health_coverage(h):
    """Whether every member is covered by health insurance.

    全体成员是否均已参加医保。
    """
    return h.members.health_coverage.all()


@formula(household, en="housing grade", zh="房屋等级", since="2018-01-01", source=ARTICLE)
def housing_grade(h):
    """The safety grade that the latest check gave the dwelling.

    最近一次核查评定的房屋安全等级。
    """
    return latest(h, "housing").grade


@formula(household, en="safe housing", zh="住房安全", since="2018-01-01", source=ARTICLE)
def housing(h):
    """Whether the dwelling is of grade A or B; C needs repair, and D must be rebuilt.

    房屋是否为 A 级或 B 级；C 级需维修加固，D 级需拆除重建。
    """
    return h.housing_grade.is_in("A", "B")


@formula(household, en="safe water", zh="饮水安全", since="2018-01-01", until="2019-07-01", source=ARTICLE)
def safe_water(h):
    """Whether each person has the least water needed, the same in every village.

    每人每天用水量是否达到最低标准，各村标准相同。
    """
    return latest(h, "safe_water").value >= parameters.water_minimum["ordinary"]


@formula(
    household, en="safe water", zh="饮水安全", since="2019-07-01", source=f"{ARTICLE}, as amended in 2019"
)
def safe_water(h):
    """Whether each person has the least water needed in such a village: less where water is scarce.

    每人每天用水量是否达到本村适用的最低标准，缺水地区适用较低标准。
    """
    zone = h.village.water_zone.else_("ordinary")
    return latest(h, "safe_water").value >= parameters.water_minimum[zone]


@formula(
    household,
    en="days since the last check",
    zh="距上次核查天数",
    unit="day",
    since="2018-01-01",
    source=ARTICLE,
)
def days_since_check(h):
    """Days from the latest check of anything to the day; unknown where nothing was ever checked.

    从最近一次核查（不论项目）到当日的天数；从未核查的为未知。
    """
    return days_between(h.checks.date.max(), today)
