"""What the benchmark publishes of an area."""

from tsampa.rules import figure

ALL = ("all households of the area on the day", "当日本区域全部农户")
SOURCE = "benchmark"


@figure("households", en="households", zh="户数", unit="household", scope=ALL, source=SOURCE)
def households(a):
    """All households of the area.

    本区域全部农户数。
    """
    return a.households.count()


@figure("persons", en="persons", zh="人口", unit="person", scope=ALL, source=SOURCE)
def persons(a):
    """Their members.

    其家庭成员。
    """
    return a.households.size.sum()


@figure("poor_households", en="poor households", zh="贫困户", unit="household", scope=ALL, source=SOURCE)
def poor_households(a):
    """Those below the line.

    收入低于标准的农户。
    """
    return a.households.where(poor=True).count()


@figure("dividends", en="dividends", zh="分红", unit="CNY", scope=ALL, source=SOURCE)
def dividends(a):
    """What the villages' pools give.

    各村资金池的分红合计。
    """
    return a.households.dividend.sum()
