"""Income: what a household earned in the accounting year, and how it stands to the line."""

from tsampa.rules import (
    choose,
    divide,
    formula,
    greatest,
    household,
    parameters,
    person,
    rounded,
    today,
    unknown,
    year_of,
)

ARTICLE = "Middle Village programme, article 3"


def of_the_year(row):
    """The incomes of the accounting year named after the year of the day."""
    return row.incomes.where(accounting_year=year_of(today))


def from_source(h, source):
    """The household's income from one source: 0 when others are recorded, unknown when nothing is."""
    amount = of_the_year(h).where(source=source).amount.sum()
    return choose((h.income_recorded, amount), otherwise=unknown)


@formula(household, en="income recorded", zh="已登记收入", since="2018-01-01", source=ARTICLE)
def income_recorded(h):
    """Whether any income of the accounting year is recorded. Without one the income is unknown, not nought.

    本核算年度是否登记过收入。一笔也未登记时，收入为未知，而不是零。
    """
    return of_the_year(h).exists()


@formula(person, en="own wages", zh="本人工资性收入", unit="CNY/year", since="2018-01-01", source=ARTICLE)
def own_wages(p):
    """The wages recorded in the person's own name in the accounting year.

    本核算年度登记在本人名下的工资性收入。
    """
    return of_the_year(p).where(source="wage").amount.sum()


@formula(household, en="wage income", zh="工资性收入", unit="CNY/year", since="2018-01-01", source=ARTICLE)
def wage_income(h):
    """What members earned by working for others.

    成员受雇劳动所得。
    """
    return from_source(h, "wage")


@formula(
    household, en="business income", zh="生产经营性收入", unit="CNY/year", since="2018-01-01", source=ARTICLE
)
def business_income(h):
    """What the household's own farming, herding, craft or trade brought in, before production cost.

    家庭种植、养殖、手工业或商贸所得，未扣除经营支出。
    """
    return from_source(h, "business")


@formula(
    household, en="property income", zh="财产性收入", unit="CNY/year", since="2018-01-01", source=ARTICLE
)
def property_income(h):
    """What the household's land, savings, shares or other assets yielded.

    土地、存款、股份等资产带来的收入。
    """
    return from_source(h, "property")


@formula(
    household, en="transfer income", zh="转移性收入", unit="CNY/year", since="2018-01-01", source=ARTICLE
)
def transfer_income(h):
    """Pensions, allowances and support from kin.

    养老金、各类补贴和亲属赡养费等。
    """
    return from_source(h, "transfer")


@formula(
    household, en="production cost", zh="生产经营支出", unit="CNY/year", since="2018-01-01", source=ARTICLE
)
def production_cost(h):
    """What was spent to earn the business income.

    为取得生产经营性收入而发生的支出。
    """
    return from_source(h, "production_cost")


@formula(
    household,
    en="own earned income",
    zh="自身劳动经营收入",
    unit="CNY/year",
    since="2018-01-01",
    source=ARTICLE,
)
def own_earned_income(h):
    """Wages and business income less production cost: what the household earned by its own work.

    工资性收入加生产经营性收入，减去生产经营支出，即依靠自身劳动和经营所得。
    """
    return h.wage_income + h.business_income - h.production_cost


@formula(household, en="net income", zh="纯收入", unit="CNY/year", since="2018-01-01", source=ARTICLE)
def net_income(h):
    """What came in during the accounting year from all sources, less what production cost.

    核算年度内各项收入之和，减去生产经营支出。
    """
    return h.own_earned_income + h.property_income + h.transfer_income


@formula(
    household,
    en="net income per head",
    zh="人均纯收入",
    unit="CNY/person/year",
    since="2018-01-01",
    source=ARTICLE,
)
def net_income_per_head(h):
    """Net income divided by the members; unknown for a household without members.

    纯收入除以家庭人口；户内无成员时为未知。
    """
    return divide(h.net_income, h.size, when_zero=unknown)


@formula(
    household,
    en="income at the line",
    zh="达到贫困线所需收入",
    unit="CNY/year",
    since="2018-01-01",
    source=ARTICLE,
)
def income_needed(h):
    """What the household would have to earn to stand exactly on the poverty line.

    恰好达到贫困线时，全户所需的年纯收入。
    """
    return parameters.poverty_line * h.size


@formula(household, en="income meets the line", zh="收入达标", since="2018-01-01", source=ARTICLE)
def income_meets_line(h):
    """Whether income per head reaches the poverty line; exactly on it is enough. Without members: unknown.

    人均纯收入是否达到贫困线，恰好等于贫困线即为达到；户内无成员时为未知。
    """
    return choose((h.size > 0, h.net_income >= h.income_needed), otherwise=unknown)


@formula(household, en="a little above the line", zh="收入略高于贫困线", since="2018-01-01", source=ARTICLE)
def near_line(h):
    """Whether income reaches the poverty line but not the monitoring line: a household to keep an eye on.

    收入已达到贫困线但未达到监测线，需要持续关注。
    """
    return h.income_meets_line & (h.net_income < parameters.monitoring_line * h.size)


@formula(household, en="income gap", zh="收入缺口", unit="CNY/year", since="2018-01-01", source=ARTICLE)
def income_gap(h):
    """How much the household lacks, in money, to reach the poverty line; nought where it reaches it.

    全户距离贫困线尚差的金额；已达到贫困线的为零。
    """
    return greatest(h.income_needed - h.net_income, 0)


@formula(
    household, en="poverty gap ratio", zh="贫困差距率", unit="1", digits=6, since="2018-01-01", source=ARTICLE
)
def poverty_gap_ratio(h):
    """The income gap as a part of the income at the line, rounded to six decimals: the term of FGT1.

    收入缺口占达到贫困线所需收入的比例，四舍六入五成双保留六位小数，用于计算 FGT1。
    """
    return rounded(divide(h.income_gap, h.income_needed, when_zero=unknown), "half_even", digits=6)
