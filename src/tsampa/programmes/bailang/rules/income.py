"""Income: the household's account of the last closed accounting year, and how it stands to the line.

An accounting year runs from 1 October to 30 September and is named after the year in which it ends.
"""

from tsampa.rules import (
    choose,
    divide,
    formula,
    greatest,
    household,
    known,
    month_of,
    parameters,
    rounded,
    today,
    unknown,
    year_of,
)

ACCOUNT = "Account of household income, 1 October to 30 September"
LINE = "Standard of household exit, 2016: income per head stably above the line"
SINCE = "2015-10-01"
YEARS = (2015, 2016, 2017, 2018, 2019)

last_closed_year = choose((month_of(today) >= 10, year_of(today)), otherwise=year_of(today) - 1)
"""The accounting year that closed last: on 2020-06-30 it is 2019, on 2020-10-01 it is 2020."""


def of_year(h, year):
    """The incomes of one accounting year."""
    return h.incomes.where(accounting_year=year)


def cost_of(rows):
    """What it cost to earn: as recorded or, where nothing is, by the norm of each activity."""
    recorded = rows.where(source="production_cost")
    return choose((recorded.exists(), recorded.amount.sum()), otherwise=rows.norm_cost.sum())


def net_of(rows):
    """All that came in less what it cost; unknown where nothing is recorded."""
    gross = rows.where(rows.source != "production_cost").amount.sum()
    return choose((rows.exists(), gross - cost_of(rows)), otherwise=unknown)


def from_source(h, source):
    """Income of the last closed year from one source: 0 when others are recorded, unknown when nothing is."""
    rows = of_year(h, last_closed_year)
    return choose((rows.exists(), rows.where(source=source).amount.sum()), otherwise=unknown)


@formula(
    "income",
    en="cost by the norm",
    zh="按定额计算的支出",
    unit="CNY/year",
    digits=2,
    since=SINCE,
    source=ACCOUNT,
)
def norm_cost(i):
    """Of business income, what it customarily costs to earn; an activity that is not told counts as other.

    经营收入按定额计算的支出；未注明经营项目的按其他项目计算。
    """
    cost = i.amount * parameters.cost_norm[i.activity.else_("other")]
    return choose((i.source == "business", rounded(cost, "half_up", digits=2)), otherwise=0)


@formula(household, en="wage income", zh="工资性收入", unit="CNY/year", since=SINCE, source=ACCOUNT)
def wage_income(h):
    """What members earned by working for others.

    成员受雇劳动所得。
    """
    return from_source(h, "wage")


@formula(household, en="business income", zh="生产经营性收入", unit="CNY/year", since=SINCE, source=ACCOUNT)
def business_income(h):
    """What the household's own farming, herding, craft or trade brought in, before production cost.

    家庭种植、养殖、手工业或商贸所得，未扣除经营支出。
    """
    return from_source(h, "business")


@formula(household, en="property income", zh="财产性收入", unit="CNY/year", since=SINCE, source=ACCOUNT)
def property_income(h):
    """What land leased out, shares and other assets yielded.

    土地流转、入股分红及其他资产所得。
    """
    return from_source(h, "property")


@formula(household, en="transfer income", zh="转移性收入", unit="CNY/year", since=SINCE, source=ACCOUNT)
def transfer_income(h):
    """Pensions, allowances, subsidies and support from kin.

    养老金、各类补贴和赡养费等。
    """
    return from_source(h, "transfer")


@formula(household, en="production cost", zh="生产经营支出", unit="CNY/year", since=SINCE, source=ACCOUNT)
def production_cost(h):
    """What it cost to earn the business income: as recorded or, where nothing is, by each activity's norm.

    为取得经营收入发生的支出：有登记的以登记为准，没有登记的按各经营项目的定额计算。
    """
    rows = of_year(h, last_closed_year)
    return choose((rows.exists(), cost_of(rows)), otherwise=unknown)


@formula(
    household,
    en="own earned income",
    zh="自身劳动经营收入",
    unit="CNY/year",
    since=SINCE,
    source="The page on Bailang, A9",
)
def own_earned_income(h):
    """Wages and business income less production cost: what the household earned by its own work.

    工资性收入加生产经营性收入，减去生产经营支出，即依靠自身劳动和经营所得。
    """
    return h.wage_income + h.business_income - h.production_cost


@formula(household, en="net income", zh="纯收入", unit="CNY/year", since=SINCE, source=ACCOUNT)
def net_income(h):
    """What came in during the last closed accounting year, less what it cost.

    上一核算年度各项收入之和，减去生产经营支出。
    """
    return h.own_earned_income + h.property_income + h.transfer_income


@formula(
    household, en="net income per head", zh="人均纯收入", unit="CNY/person/year", since=SINCE, source=ACCOUNT
)
def net_income_per_head(h):
    """Net income divided by the members; unknown for a household without members.

    纯收入除以家庭人口；户内无成员时为未知。
    """
    return divide(h.net_income, h.size, when_zero=unknown)


def declare_year(year):
    """The net income of one accounting year, for comparing the years."""

    def net_income_of_year(h):
        return net_of(of_year(h, year))

    net_income_of_year.__doc__ = f"""What came in during the accounting year {year}, less what it cost.

    {year}核算年度各项收入之和，减去生产经营支出。
    """
    formula(
        household,
        name=f"net_income_{year}",
        en=f"net income of {year}",
        zh=f"{year}年度纯收入",
        unit="CNY/year",
        since=f"{year}-10-01",
        source=ACCOUNT,
    )(net_income_of_year)


for one_year in YEARS:
    declare_year(one_year)


@formula(
    household,
    en="poverty line of the household",
    zh="适用贫困线",
    unit="CNY/person/year",
    since=SINCE,
    source=LINE,
)
def poverty_line(h):
    """The line of the series that the household's county uses; where that is not told, the national one.

    该户所在县适用的贫困线；未注明系列的适用国家标准。
    """
    return parameters.poverty_line[h.county.line_series.else_("national")]


@formula(
    household, en="income at the line", zh="达到贫困线所需收入", unit="CNY/year", since=SINCE, source=LINE
)
def income_needed(h):
    """What the household would have to earn to stand exactly on its poverty line.

    恰好达到贫困线时，全户所需的年纯收入。
    """
    return h.poverty_line * h.size


@formula(household, en="income meets the line", zh="收入达标", since=SINCE, source=LINE)
def income_meets_line(h):
    """Whether income per head reaches the line; exactly on it is enough. Without members: unknown.

    人均纯收入是否达到贫困线，恰好等于贫困线即为达到；户内无成员时为未知。
    """
    return choose((h.size > 0, h.net_income >= h.income_needed), otherwise=unknown)


@formula(
    household,
    en="below the monitoring line",
    zh="收入低于监测线",
    since=SINCE,
    source="Monitoring after exit",
)
def below_monitoring_line(h):
    """Whether income does not reach the monitoring line.

    收入是否未达到监测线。
    """
    needed = h.income_needed * parameters.monitoring_factor
    return choose((h.size > 0, h.net_income < needed), otherwise=unknown)


@formula(household, en="income gap", zh="收入缺口", unit="CNY/year", since=SINCE, source=LINE)
def income_gap(h):
    """How much the household lacks to reach the poverty line; nought where it reaches it.

    全户距离贫困线尚差的金额；已达到贫困线的为零。
    """
    return greatest(h.income_needed - h.net_income, 0)


@formula(
    household,
    en="poverty gap ratio",
    zh="贫困差距率",
    unit="1",
    digits=6,
    since=SINCE,
    source="Foster, Greer and Thorbecke 1984",
)
def poverty_gap_ratio(h):
    """The income gap as a part of the income at the line, to six decimals: the term of FGT1.

    收入缺口占达到贫困线所需收入的比例，保留六位小数，用于计算 FGT1。
    """
    return rounded(divide(h.income_gap, h.income_needed, when_zero=unknown), "half_even", digits=6)


@formula(household, en="income recorded in every year", zh="历年收入齐全", since="2019-10-01", source=ACCOUNT)
def incomes_complete(h):
    """Whether the income of every accounting year from 2015 to 2019 is known.

    2015至2019各核算年度的收入是否均已知。
    """
    complete = known(h.net_income_2015)
    for year in YEARS[1:]:
        complete = complete & known(getattr(h, f"net_income_{year}"))
    return complete
