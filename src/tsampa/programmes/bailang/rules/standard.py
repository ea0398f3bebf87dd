"""The standard: income, assurances and guarantees together, and where that leaves a household and its village."""

from tsampa.rules import (
    area,
    choose,
    divide,
    formula,
    household,
    known,
    parameters,
    quantity,
    unknown,
    village,
)

STANDARD = "Standard of household exit, 2016"
REGISTER = "Dynamic management of the register"
AREAS = "Exit of poor villages and counties, 2016"
PARTS = ("income_meets_line", "food", "clothing", "education", "health_coverage", "housing", "safe_water")
SINCE = "2015-10-01"
county = area("county")


@formula(household, en="status", zh="户状态", since=SINCE, source=REGISTER)
def current_status(h):
    """Registered, exited or never registered on the day; being monitored goes beside it. Unknown where none is recorded.

    当日为建档立卡、已退出或一般户；是否监测另行登记。未登记的为未知。
    """
    return h.statuses.where(h.statuses.status != "monitored").last(by="since").status


@formula(household, en="registered", zh="建档立卡", since=SINCE, source=REGISTER)
def registered(h):
    """Whether the household is registered and has not exited on the day.

    当日是否为尚未退出的建档立卡户。
    """
    return h.statuses.where(status="registered").exists()


@formula(household, en="exited", zh="已退出", since=SINCE, source=REGISTER)
def exited(h):
    """Whether the household stands as exited on the day.

    当日是否为已退出的建档立卡户。
    """
    return h.statuses.where(status="exited").exists()


@formula(household, en="ever registered", zh="曾建档立卡", since=SINCE, source=REGISTER)
def ever_registered(h):
    """Whether the household is registered or has exited: assistance goes on after exit.

    是否为建档立卡户（含已退出户）：脱贫不脱政策。
    """
    return h.registered | h.exited


@formula(household, en="two assurances", zh="两不愁", since=SINCE, source=STANDARD)
def basic_needs(h):
    """Whether neither food nor clothing is a worry.

    是否不愁吃、不愁穿。
    """
    return h.food & h.clothing


@formula(household, en="three guarantees", zh="三保障", since=SINCE, source=STANDARD)
def guarantees(h):
    """Whether schooling, health cover and safe housing are all secured.

    义务教育、基本医疗、住房安全是否均有保障。
    """
    return h.education & h.health_coverage & h.housing


@formula(household, en="meets the standard", zh="达到脱贫标准", since=SINCE, source=STANDARD)
def meets_standard(h):
    """Whether income, the two assurances, the three guarantees and water are all met.

    One gap that is known is enough to fail; without one, anything not yet checked leaves it unknown.

    收入、两不愁、三保障和饮水安全是否全部达标。已知有一项不达标即为不达标；没有已知的不达标项但尚有未核查项的，为未知。
    """
    return h.income_meets_line & h.basic_needs & h.guarantees & h.safe_water


@formula(household, en="standing", zh="达标情况", since=SINCE, source=STANDARD)
def standing(h):
    """'meets' or 'in_need' where the standard can be judged; 'to_check' where a visit has to come first.

    能够判定的为“meets”（达标）或“in_need”（需帮扶）；需先入户核查的为“to_check”（待核查）。
    """
    judged = known(h.meets_standard)
    return choose((~judged, "to_check"), (h.meets_standard, "meets"), otherwise="in_need")


@formula(household, en="open gaps", zh="短板数", unit="gap", since=SINCE, source=STANDARD)
def open_gaps(h):
    """How many parts of the standard are known not to be met. What is unknown is not counted here.

    已知未达标的项数；情况未知的不计入。
    """
    gaps = sum(choose((getattr(h, name).else_(True), 0), otherwise=1) for name in PARTS)
    return gaps * quantity(1, "gap")


@formula(household, en="parts not yet known", zh="待核查项数", unit="1", since=SINCE, source=STANDARD)
def parts_unknown(h):
    """How many parts of the standard cannot be judged yet.

    尚不能判定的项数。
    """
    return sum(choose((known(getattr(h, name)), 0), otherwise=1) for name in PARTS)


@formula(household, en="visit due", zh="应入户", since=SINCE, source=REGISTER)
def visit_due(h):
    """Whether somebody should visit: part of the standard is unknown, or the last check is too long ago.

    是否应当入户：有项目情况未知，或距上次核查已超过规定间隔。
    """
    return (h.parts_unknown > 0) | (h.days_since_check > parameters.visit_interval).else_(True)


@formula(village, en="population", zh="人口", unit="person", since=SINCE, source=AREAS)
def population(v):
    """The members of the village's households.

    全村各户成员总数。
    """
    return v.households.size.sum()


@formula(
    village, en="persons of registered households", zh="未脱贫人口", unit="person", since=SINCE, source=AREAS
)
def registered_persons(v):
    """The members of households that are registered and have not exited.

    尚未退出的建档立卡户成员总数。
    """
    return v.households.where(v.households.registered).size.sum()


@formula(village, en="headcount ratio", zh="贫困发生率", unit="percent", digits=4, since=SINCE, source=AREAS)
def headcount_ratio(v):
    """Persons of registered households that have not exited, of every hundred; unknown in a village without people.

    未脱贫人口占全村人口的百分比；村内无人口时为未知。
    """
    return divide(v.registered_persons * quantity(100, "percent"), v.population, when_zero=unknown)


@formula(village, en="below the headcount bar", zh="贫困发生率达标", since="2016-04-01", source=AREAS)
def below_headcount_bar(v):
    """Whether the headcount ratio is below the bar of the west. Exactly at the bar is not enough.

    贫困发生率是否低于西部地区上限；恰好等于上限不算达标。
    """
    return v.headcount_ratio < parameters.exit_headcount["west"]


@formula(
    county,
    en="villages below the bar",
    zh="贫困发生率达标村数",
    unit="village",
    since="2016-04-01",
    source=AREAS,
)
def villages_below_bar(c):
    """How many of the county's villages are known to be below the headcount bar.

    全县已知贫困发生率达标的村数。
    """
    return c.villages.below_headcount_bar.else_(False).count()
