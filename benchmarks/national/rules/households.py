"""A household against the standard: income per head, six guarantees, exit, and what it is given."""

from tsampa.rules import (
    choose,
    divide,
    formula,
    greatest,
    household,
    least,
    parameters,
    quantity,
    rounded,
    share,
)

HERE = {"since": "2018-01-01", "source": "benchmark"}


@formula(household, en="size", zh="人口", unit="person", **HERE)
def size(h):
    """How many members there are.

    家庭人口。
    """
    return h.members.count()


@formula(household, en="wages", zh="工资", unit="CNY/year", **HERE)
def wages(h):
    """The members' wages.

    成员工资之和。
    """
    return h.members.wage.sum()


@formula(household, en="income", zh="收入", unit="CNY/year", **HERE)
def income(h):
    """All income of the year.

    当年全部收入。
    """
    return h.wages + h.business + h.transfer


@formula(household, en="income per head", zh="人均收入", unit="CNY/person/year", digits=2, **HERE)
def income_per_head(h):
    """Income by members, to the cent.

    人均收入，到分。
    """
    return rounded(divide(h.income, h.size, when_zero=0), "half_up", digits=2)


@formula(household, en="below the line", zh="低于贫困线", **HERE)
def poor(h):
    """Whether income is below the line for all members.

    收入是否低于贫困线。
    """
    return h.income < parameters.poverty_line * h.size


@formula(household, en="education", zh="义务教育", **HERE)
def education(h):
    """Whether every child of school age is in school.

    学龄儿童是否均在校。
    """
    of_school_age = (h.members.age >= quantity(6, "year")) & (h.members.age <= quantity(15, "year"))
    return (~of_school_age | h.members.in_school).all()


@formula(household, en="health", zh="基本医疗", **HERE)
def health(h):
    """Whether every member is insured.

    成员是否全部参保。
    """
    return h.members.insured.all()


@formula(household, en="housing safe", zh="住房安全", **HERE)
def housing_safe(h):
    """Whether the house is graded A or B.

    房屋是否为A级或B级。
    """
    return h.housing.is_in("A", "B")


@formula(household, en="standard met", zh="达标", **HERE)
def standard_met(h):
    """Whether income reaches the line and all six guarantees hold: the household may leave the register.

    收入达线且六项保障齐全，可以退出。
    """
    return ~h.poor & h.food & h.clothing & h.education & h.health & h.housing_safe & h.water


@formula(household, en="able to work", zh="有劳动力", **HERE)
def has_worker(h):
    """Whether a member can work.

    是否有成员能劳动。
    """
    return h.members.able.any()


@formula(household, en="weight in the dividend", zh="分红权数", unit="person", **HERE)
def dividend_weight(h):
    """The members of a poor household nobody of which can work.

    无劳动力的贫困户按人口计。
    """
    return choose((h.poor & ~h.has_worker, h.size), otherwise=0)


@formula(household, en="dividend", zh="分红", unit="CNY", **HERE)
def dividend(h):
    """The share of the village's pool.

    本村资金池中的份额。
    """
    return share(h.village.dividend_pool, by=h.dividend_weight)


@formula(household, en="reward", zh="奖补", unit="CNY", **HERE)
def reward(h):
    """By wages, where somebody can work and income is below the line, up to the cap.

    有劳动力的贫困户按工资分档奖补，设上限。
    """
    step = least(parameters.reward_tariff.step(h.wages), parameters.reward_cap)
    return choose((h.poor & h.has_worker, step), otherwise=0)


@formula(household, en="deprivations", zh="剥夺得分", unit="1", **HERE)
def deprivations(h):
    """How many of the six guarantees and income are known not to hold, of seven.

    收入与六项保障中已知未达到的项数。
    """
    lacks = [h.poor, ~h.food, ~h.clothing, ~h.education, ~h.health, ~h.housing_safe, ~h.water]
    return sum((choose((one.else_(False), 1), otherwise=0) for one in lacks), 0)


@formula(household, en="multidimensionally poor", zh="多维贫困", **HERE)
def deprived(h):
    """Whether a third or more of the seven are lacking.

    七项中缺三分之一以上。
    """
    return h.deprivations >= parameters.poverty_cutoff * 7


@formula(household, en="deprivations of the poor", zh="贫困户剥夺人次", unit="person", **HERE)
def deprivations_counted(h):
    """The deprivations of a household that is deprived in a third or more, once for each member.

    多维贫困户的剥夺项数，按人口计。
    """
    return choose((h.deprived, h.deprivations * h.size), otherwise=0)


@formula(household, en="shortfall", zh="差额", unit="CNY/year", **HERE)
def shortfall(h):
    """What is missing to the line, for all members.

    全户距贫困线的差额。
    """
    return greatest(parameters.poverty_line * h.size - h.income, 0)


@formula(household, en="squared gap", zh="差距平方", unit="person", digits=6, **HERE)
def squared_gap(h):
    """The square of the gap as a share of the line, once for each member, to six decimals.

    差距占贫困线比例的平方，按人口计。
    """
    need = parameters.poverty_line * h.size
    ratio = divide(h.shortfall, need, when_zero=0)
    return rounded(ratio * ratio * h.size, "half_up", digits=6)
