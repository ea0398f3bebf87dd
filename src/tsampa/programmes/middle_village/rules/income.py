"""Income: what a household earned in the accounting year, and how it stands to the line."""

from tsampa.rules import divide, formula, household, parameters, today, unknown, year_of

ARTICLE = "Middle Village programme, article 3"


@formula(household, en="net income", zh="纯收入", unit="CNY/year", since="2018-01-01", source=ARTICLE)
def net_income(h):
    """What came in during the accounting year from all sources, less what production cost.

    核算年度内各项收入之和减去生产经营支出。
    """
    year = h.incomes.where(accounting_year=year_of(today))
    earned = year.where(year.source != "production_cost").amount.sum()
    return earned - year.where(source="production_cost").amount.sum()


@formula(household, en="household size", zh="家庭人口", unit="person", since="2018-01-01", source=ARTICLE)
def size(h):
    """How many members it has on the day.

    当日家庭成员人数。
    """
    return h.members.count()


@formula(household, en="net income per head", zh="人均纯收入", unit="CNY/person/year", since="2018-01-01", source=ARTICLE)
def net_income_per_head(h):
    """Net income divided by the members.

    纯收入除以家庭人口。
    """
    return divide(h.net_income, h.size, when_zero=unknown)


@formula(household, en="income at or above the line", zh="收入达标", since="2018-01-01", source=ARTICLE)
def income_meets_line(h):
    """Whether net income per head reaches the poverty line.

    人均纯收入是否达到贫困线。
    """
    return h.net_income_per_head >= parameters.poverty_line
