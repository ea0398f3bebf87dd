"""What Middle Village publishes. A figure that cannot judge everybody has a companion counting the rest."""

from tsampa.rules import alkire_foster, divide, fgt, figure, gini, known, parameters, unknown

ALL = ("all households of the area on the day", "当日本区域全部农户")
PERSONS = ("members of all households of the area on the day", "当日本区域全部农户的家庭成员")
REGISTERED = ("households of the area registered on the day", "当日本区域建档立卡户")
JUDGED = (
    "persons in households whose income and size are known",
    "收入和人口均已知的农户的家庭成员",
)
SOURCE = "Middle Village programme, article 10"


def persons_of(households):
    """The members of these households."""
    return households.size.sum()


@figure("households", en="households", zh="户数", unit="household", scope=ALL, source=SOURCE)
def households(a):
    """All households of the area.

    本区域全部农户数。
    """
    return a.households.count()


@figure("persons", en="persons", zh="人口", unit="person", scope=PERSONS, source=SOURCE)
def persons(a):
    """The members of all households.

    全部农户的家庭成员数。
    """
    return persons_of(a.households)


@figure(
    "registered_households",
    en="registered households",
    zh="建档立卡户数",
    unit="household",
    scope=ALL,
    source=SOURCE,
)
def registered_households(a):
    """Households registered on the day.

    当日建档立卡户数。
    """
    return a.households.registered.count()


@figure(
    "households_meeting",
    en="households meeting the standard",
    zh="达标户数",
    unit="household",
    scope=ALL,
    source=SOURCE,
    bound="at_least",
)
def households_meeting(a):
    """Households known to meet the standard. Those still to be checked are not among them.

    已判定达到标准的户数，不含待核查户。
    """
    return a.households.meets_standard.else_(False).count()


@figure(
    "households_in_need",
    en="households in need",
    zh="需帮扶户数",
    unit="household",
    scope=ALL,
    source=SOURCE,
    bound="at_least",
)
def households_in_need(a):
    """Households known to fall short of the standard in some part. Those still to be checked are left out.

    已判定有项目未达标的户数，不含待核查户。
    """
    return (~a.households.meets_standard).else_(False).count()


@figure(
    "households_to_check",
    en="households to check",
    zh="待核查户数",
    unit="household",
    scope=ALL,
    source=SOURCE,
)
def households_to_check(a):
    """Households that cannot be judged before a visit: neither met nor failed.

    需先入户核查、尚不能判定的户数，既不算达标，也不算未达标。
    """
    return a.households.where(standing="to_check").count()


@figure(
    "persons_in_need",
    en="persons in need",
    zh="需帮扶人口",
    unit="person",
    scope=PERSONS,
    source=SOURCE,
    bound="at_least",
)
def persons_in_need(a):
    """The members of households known to fall short of the standard.

    已判定未达标户的家庭成员数。
    """
    return persons_of(a.households.where(standing="in_need"))


@figure(
    "need_ratio",
    en="share of persons in need",
    zh="需帮扶人口占比",
    unit="1",
    digits=4,
    scope=PERSONS,
    source=SOURCE,
    bound="at_least",
    overlap=("includes everybody counted in headcount_ratio", "包含贫困发生率所计的全部人口"),
)
def need_ratio(a):
    """Persons in need among all persons. Whoever is still to be checked counts below, not above.

    需帮扶人口占全部人口的比例；待核查人口计入分母，不计入分子。
    """
    everybody = persons_of(a.households)
    return divide(persons_of(a.households.where(standing="in_need")), everybody, when_zero=unknown)


@figure(
    "headcount_ratio",
    en="headcount ratio",
    zh="贫困发生率",
    unit="1",
    digits=4,
    scope=JUDGED,
    source=SOURCE,
    overlap=("its persons are among those in need", "所计人口包含在需帮扶人口之内"),
)
def headcount_ratio(a):
    """Persons whose household's income is strictly below the line, among those whose income is known (FGT0).

    家庭收入低于贫困线（不含等于）的人口占收入已知人口的比例（FGT0）。
    """
    homes = a.households
    judged = homes.where(known(homes.poverty_gap_ratio))
    poor = homes.where((~homes.income_meets_line).else_(False))
    return divide(persons_of(poor), persons_of(judged), when_zero=unknown)


@figure(
    "poverty_gap",
    en="poverty gap",
    zh="贫困差距率",
    unit="1",
    digits=6,
    scope=JUDGED,
    source=SOURCE,
)
def poverty_gap(a):
    """The average shortfall below the line as a part of the line, over persons whose income is known (FGT1).

    收入已知人口的收入缺口占贫困线比例的平均值，非贫困人口按零计（FGT1）。
    """
    homes = a.households
    gaps = (homes.poverty_gap_ratio.else_(0) * homes.size).sum()
    judged = homes.where(known(homes.poverty_gap_ratio))
    return divide(gaps, persons_of(judged), when_zero=unknown)


@figure(
    "poverty_severity", en="poverty severity", zh="贫困强度", unit="1", digits=6, scope=JUDGED, source=SOURCE
)
def poverty_severity(a):
    """The square of the shortfall as a part of the line, averaged over persons whose income is known (FGT2).

    收入已知人口的收入缺口占贫困线比例的平方的平均值，非贫困人口按零计（FGT2）。
    """
    homes = a.households
    return fgt(homes.net_income_per_head, parameters.poverty_line, 2, weights=homes.size)


@figure(
    "income_gini",
    en="Gini coefficient of income per head",
    zh="人均纯收入基尼系数",
    unit="1",
    digits=4,
    scope=JUDGED,
    source=SOURCE,
)
def income_gini(a):
    """How unequal incomes per head are among persons whose income is known: 0 is equality.

    收入已知人口的人均纯收入分布不均等程度，0 为完全均等。
    """
    homes = a.households
    return gini(homes.net_income_per_head, ranks="middle", weights=homes.size)


def guarantees_lacking(homes):
    """Food, clothing, housing and water of equal weight; poor is who lacks two of the four or more."""
    lacking = {name: ~getattr(homes, name) for name in ("food", "clothing", "housing", "safe_water")}
    return alkire_foster(lacking, cutoff="1/2", weights=homes.size)


@figure(
    "multidimensional_headcount",
    en="persons lacking several guarantees",
    zh="多项保障不足人口占比",
    unit="1",
    digits=4,
    scope=(
        "persons in households of which food, clothing, housing and water are all known",
        "食物、衣着、住房、饮水情况均已知的农户的家庭成员",
    ),
    source=SOURCE,
)
def multidimensional_headcount(a):
    """Persons whose household lacks two or more of food, clothing, housing and water (Alkire and Foster's H).

    家庭在食物、衣着、住房、饮水中有两项及以上不足的人口占比（阿尔基尔—福斯特 H）。
    """
    return guarantees_lacking(a.households).headcount


@figure(
    "income_unknown",
    en="persons whose income is unknown",
    zh="收入未知人口",
    unit="person",
    scope=PERSONS,
    source=SOURCE,
)
def income_unknown(a):
    """The persons that headcount ratio and poverty gap could not take in.

    未能计入贫困发生率和贫困差距率的人口。
    """
    homes = a.households
    return persons_of(homes) - persons_of(homes.where(known(homes.poverty_gap_ratio)))


@figure("dividend", en="dividend", zh="分红总额", unit="CNY", digits=2, scope=REGISTERED, source=SOURCE)
def dividend(a):
    """What households without work capacity are to receive as dividend this year.

    当年无劳动力户应分得的分红总额。
    """
    return a.households.dividend.sum()


@figure(
    "reward",
    en="rewards",
    zh="以奖代补总额",
    unit="CNY",
    digits=2,
    scope=REGISTERED,
    source=SOURCE,
    bound="at_least",
)
def reward(a):
    """What households with work capacity are to receive this year, as far as their earnings are known.

    当年有劳动力户应得的以奖代补总额，仅计劳动经营收入已知的户。
    """
    return a.households.reward.else_(0).sum()


@figure(
    "reward_unknown",
    en="rewards not yet known",
    zh="以奖代补待定户数",
    unit="household",
    scope=REGISTERED,
    source=SOURCE,
)
def reward_unknown(a):
    """Households whose reward waits for a record of income or work capacity.

    因收入或劳动力情况未登记而奖补待定的户数。
    """
    return (~known(a.households.reward)).count()


@figure(
    "paid",
    en="benefits paid",
    zh="已发待遇",
    unit="CNY",
    digits=2,
    scope=ALL,
    source=SOURCE,
    overlap=("part of dividend and rewards together", "属于分红与以奖代补总额的一部分"),
)
def paid(a):
    """What was paid out for the year up to the day.

    截至当日已发放的当年待遇。
    """
    return a.households.paid.sum()


@figure(
    "unpaid",
    en="benefits still owed",
    zh="应发未发待遇",
    unit="CNY",
    digits=2,
    scope=REGISTERED,
    source=SOURCE,
    bound="at_least",
    overlap=("part of dividend and rewards together", "属于分红与以奖代补总额的一部分"),
)
def unpaid(a):
    """What households are entitled to and have not been paid, as far as it is known.

    农户应享而尚未发放的待遇，仅计金额已知的部分。
    """
    return a.households.unpaid.else_(0).sum()


GAPS = {
    "income_meets_line": ("income below the line", "收入未达标", "income", "收入"),
    "food": ("food a worry", "食物无保障", "food", "食物"),
    "clothing": ("clothing a worry", "衣着无保障", "clothing", "衣着"),
    "education": ("schooling not secured", "义务教育无保障", "schooling", "义务教育"),
    "health_coverage": ("health cover not secured", "基本医疗无保障", "health cover", "基本医疗"),
    "housing": ("housing not safe", "住房不安全", "housing", "住房"),
    "safe_water": ("water not safe", "饮水不安全", "water", "饮水"),
}
SEVERAL_GAPS = ("a household with several gaps is counted in each", "有多项短板的户在每一项中各计一次")


def declare_gap(name, en, zh, noun, chinese):
    """Two figures for one part of the standard: households with a gap in it, and those not yet checked."""

    def gap(a):
        return (~getattr(a.households, name)).else_(False).count()

    def unchecked(a):
        return (~known(getattr(a.households, name))).count()

    gap.__doc__ = f"Households known to have a gap in {noun}.\n\n已知{chinese}未达标的户数。"
    unchecked.__doc__ = f"Households of which {noun} is not yet known.\n\n{chinese}情况尚未核实的户数。"
    says = {"unit": "household", "scope": ALL, "source": SOURCE, "overlap": SEVERAL_GAPS}
    figure(f"gap_{name}", en=f"households: {en}", zh=f"{zh}户数", bound="at_least", **says)(gap)
    figure(f"unknown_{name}", en=f"households: {noun} not yet known", zh=f"{chinese}待核查户数", **says)(
        unchecked
    )


for name, words in GAPS.items():
    declare_gap(name, *words)
