"""Exits: the case with its eight steps in order, its notice, its objections and the household's consent."""

from itertools import pairwise

from tsampa.rules import days_between, formula, household, parameters

PROCEDURE = "Exit procedure, 2016"
SINCE = "2015-10-01"
STEPS = (
    "appraisal", "verification", "consent", "notice", "township_review", "county_approval", "announcement", "marked",
)  # fmt: skip


def day_of(case, step):
    """The day on which a step was taken; of several the last. Unknown where it was not taken."""
    return case.steps.where(step=step).date.max()


@formula("exit_case", en="steps taken in order", zh="程序步骤齐全有序", since=SINCE, source=PROCEDURE)
def steps_in_order(c):
    """Whether all eight steps were taken, none before the one it follows.

    八个步骤是否全部完成，且先后顺序无误。
    """
    in_order = day_of(c, STEPS[0]) <= day_of(c, STEPS[1])
    for before, after in pairwise(STEPS[1:]):
        in_order = in_order & (day_of(c, before) <= day_of(c, after))
    return in_order.else_(False)


@formula("exit_case", en="notice long enough", zh="公示期达标", since=SINCE, source=PROCEDURE)
def notice_kept(c):
    """Whether a notice hung for the days demanded, and had been taken down before the township's review.

    公示是否满规定天数，且在乡镇审核之前结束。
    """
    last = c.notices.last(by="posted")
    long_enough = days_between(last.posted, last.removed) >= parameters.notice_days
    in_time = last.removed <= day_of(c, "township_review")
    return (long_enough & in_time).else_(False)


@formula("exit_case", en="objections settled", zh="异议已处理", since=SINCE, source=PROCEDURE)
def objections_settled(c):
    """Whether every objection was answered before the county approved, and none was upheld.

    全部异议是否在县级批准之前答复，且均不成立。
    """
    approved = c.objections.exit_case.approved
    answered = (c.objections.answered <= approved).else_(False)
    rejected = (~c.objections.upheld).else_(False)
    return (answered & rejected).all()


@formula("exit_case", en="day of the county's approval", zh="县级批准日期", since=SINCE, source=PROCEDURE)
def approved(c):
    """The day on which the county approved; unknown where it did not.

    县级批准的日期；未批准的为未知。
    """
    return day_of(c, "county_approval")


@formula("exit_case", en="case complete", zh="程序完整", since=SINCE, source=PROCEDURE)
def complete(c):
    """Whether the case carries an exit: steps, notice and objections in order, and the household agreed.

    案卷是否足以支持退出：步骤、公示、异议处理均符合程序，且农户认可。
    """
    agreed = c.consented.else_(False)
    return (c.kind == "exit") & agreed & c.steps_in_order & c.notice_kept & c.objections_settled


@formula(
    "exit_case",
    en="marked no earlier than the case allows",
    zh="退出标注不早于程序",
    since=SINCE,
    source=PROCEDURE,
)
def supports_exit(c):
    """Whether the case is complete and the household stands as exited only from the day it was marked.

    程序是否完整，且该户的退出状态不早于退出标注之日。
    """
    in_time = day_of(c, "marked") <= c.household.exited_since
    return c.complete & in_time.else_(False)


@formula(household, en="exited since", zh="退出日期", since=SINCE, source=PROCEDURE)
def exited_since(h):
    """The first day on which the household stands as exited; unknown where it does not.

    该户退出状态的起始日期；未退出的为未知。
    """
    return h.statuses.where(status="exited").last(by="since").since


@formula(household, en="exited through a complete case", zh="经完整程序退出", since=SINCE, source=PROCEDURE)
def exited_through_case(h):
    """Whether the household exited, and a complete case carries it.

    该户是否已退出，且有完整的退出案卷支持。
    """
    return h.exited & h.exit_cases.supports_exit.any()


@formula(household, en="exited without a case", zh="未经程序退出", since=SINCE, source=PROCEDURE)
def exit_without_case(h):
    """Whether the household stands as exited and no complete case carries it: to be looked into.

    该户标注为已退出，但没有完整的退出案卷支持，应予核查。
    """
    return h.exited & ~h.exited_through_case


@formula(household, en="exit due", zh="应启动退出程序", since=SINCE, source=PROCEDURE)
def exit_due(h):
    """Whether a registered household meets the standard, so that its case should be opened.

    建档立卡户已达到标准，应启动退出程序。
    """
    return h.registered & h.meets_standard


@formula(household, en="exited and short of the standard", zh="已退出但未达标", since=SINCE, source=PROCEDURE)
def exit_unsound(h):
    """Whether an exited household is known to fall short today: help comes first, then the question why.

    已退出户当日已知有项目未达标：先行帮扶，再查明原因。
    """
    return h.exited & ~h.meets_standard
