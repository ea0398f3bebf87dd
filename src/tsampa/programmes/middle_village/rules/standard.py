"""The standard: income, the assurances and the guarantees together, and where that leaves a household."""

from tsampa.rules import choose, formula, household, known, parameters

ARTICLE = "Middle Village programme, article 6"
GAPS = ("income_meets_line", "food", "clothing", "education", "health_coverage", "housing", "safe_water")


@formula(household, en="status", zh="户状态", since="2018-01-01", source=ARTICLE)
def current_status(h):
    """The status in force on the day; unknown where none is recorded.

    当日有效的户状态；未登记的为未知。
    """
    return h.statuses.last(by="since").status


@formula(household, en="registered", zh="建档立卡", since="2018-01-01", source=ARTICLE)
def registered(h):
    """Whether the household is registered on the day.

    当日是否为建档立卡户。
    """
    return h.statuses.where(status="registered").exists()


@formula(household, en="no worry about food and clothing", zh="两不愁", since="2018-01-01", source=ARTICLE)
def basic_needs(h):
    """Whether neither food nor clothing is a worry.

    是否不愁吃、不愁穿。
    """
    return h.food & h.clothing


@formula(household, en="three guarantees", zh="三保障", since="2018-01-01", source=ARTICLE)
def guarantees(h):
    """Whether schooling, health cover and safe housing are all secured.

    义务教育、基本医疗、住房安全是否均有保障。
    """
    return h.education & h.health_coverage & h.housing


@formula(household, en="meets the standard", zh="达到脱贫标准", since="2018-01-01", source=ARTICLE)
def meets_standard(h):
    """Whether income, the two assurances, the three guarantees and water are all met.

    One gap that is known is enough to fail; without one, anything not yet checked leaves it unknown.

    收入、两不愁、三保障和饮水安全是否全部达标。已知有一项不达标即为不达标；没有已知的不达标项但尚有未核查项的，为未知。
    """
    return h.income_meets_line & h.basic_needs & h.guarantees & h.safe_water


@formula(household, en="standing", zh="达标情况", since="2018-01-01", source=ARTICLE)
def standing(h):
    """'meets' or 'in_need' where the standard can be judged; 'to_check' where a visit has to come first.

    能够判定的为“meets”（达标）或“in_need”（需帮扶）；需先入户核查的为“to_check”（待核查）。
    """
    judged = known(h.meets_standard)
    return choose((~judged, "to_check"), (h.meets_standard, "meets"), otherwise="in_need")


@formula(household, en="open gaps", zh="短板数", unit="1", since="2018-01-01", source=ARTICLE)
def open_gaps(h):
    """How many parts of the standard are known not to be met. What is unknown is not counted here.

    已知未达标的项数；情况未知的不计入。
    """
    return sum(choose((getattr(h, name).else_(True), 0), otherwise=1) for name in GAPS)


@formula(household, en="parts not yet known", zh="待核查项数", unit="1", since="2018-01-01", source=ARTICLE)
def parts_unknown(h):
    """How many parts of the standard cannot be judged yet.

    尚不能判定的项数。
    """
    return sum(choose((known(getattr(h, name)), 0), otherwise=1) for name in GAPS)


@formula(
    household, en="visit due", zh="应入户", since="2018-01-01", source="Middle Village programme, article 8"
)
def visit_due(h):
    """Whether somebody should visit: part of the standard is unknown, or the last check is too long ago.

    是否应当入户：有项目情况未知，或距上次核查已超过规定间隔。
    """
    return (h.parts_unknown > 0) | (h.days_since_check > parameters.visit_interval).else_(True)
