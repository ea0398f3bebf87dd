"""Monitoring: exited households that are unstable, near-poor ones at risk, and those struck by a shock."""

from tsampa.rules import choose, formula, household, known, parameters, today, unknown

MONITORING = "Monitoring of households at risk after exit"
SINCE = "2015-10-01"


@formula(
    household,
    en="rigid expense of open shocks",
    zh="未消除风险的刚性支出",
    unit="CNY",
    since=SINCE,
    source=MONITORING,
)
def shock_expense(h):
    """What shocks that are not resolved cost the household.

    尚未消除的突发困难造成的刚性支出。
    """
    still_open = (h.shocks.resolved > today).else_(True)
    return h.shocks.where(still_open).rigid_expense.sum()


@formula(household, en="struck by a shock", zh="突发严重困难", since=SINCE, source=MONITORING)
def shock_affected(h):
    """Whether an open shock takes so much that the year's income falls below the monitoring line.

    尚未消除的突发困难是否使全年收入扣除刚性支出后低于监测线。
    """
    struck = h.shocks.where((h.shocks.resolved > today).else_(True)).exists()
    left = h.net_income - h.shock_expense / parameters.accounting_length
    needed = h.income_needed * parameters.monitoring_factor
    return struck & choose((h.size > 0, left < needed), otherwise=unknown)


@formula(household, en="kind of monitoring", zh="监测类型", since=SINCE, source=MONITORING)
def monitoring_kind(h):
    """Which risk calls for monitoring, if any: a registered household is helped anyway and gets 'none'.

    应纳入监测的风险类型；尚未退出的建档立卡户已在帮扶之列，为“none”（无）。
    """
    return choose(
        (h.registered, "none"),
        (h.exited & h.below_monitoring_line, "unstable_exited"),
        (~h.ever_registered & h.below_monitoring_line, "near_poor"),
        (h.shock_affected, "shock_affected"),
        otherwise="none",
    )


@formula(household, en="monitored", zh="已纳入监测", since=SINCE, source=MONITORING)
def monitored(h):
    """Whether the register has the household under monitoring on the day.

    当日登记册是否已将该户纳入监测。
    """
    return h.statuses.where(status="monitored").exists()


@formula(household, en="monitoring missed", zh="应监测未监测", since=SINCE, source=MONITORING)
def monitoring_missed(h):
    """Whether a risk is known and the household is not under monitoring: to be looked at next.

    已知存在风险但尚未纳入监测的户，应尽快核实。
    """
    at_risk = known(h.monitoring_kind) & (h.monitoring_kind != "none").else_(False)
    return at_risk & ~h.monitored
