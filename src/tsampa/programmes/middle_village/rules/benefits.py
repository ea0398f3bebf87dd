"""Benefits: who shares the dividend, who earns a reward, what is still owed, and which help is proposed."""

from tsampa.rules import choose, formula, greatest, household, least, parameters, share, today, year_of

ARTICLE = "Middle Village programme, article 7"
PLAN = "Middle Village programme, article 9"


@formula(
    household, en="weight in the dividend", zh="分红权数", unit="person", since="2018-01-01", source=ARTICLE
)
def dividend_weight(h):
    """The members of a registered household that has no work capacity; nought for any other.

    While it is not known whether somebody can work, the household waits, and the others are not held up.

    无劳动力的建档立卡户按家庭人口计，其他户为零。是否有劳动力尚不清楚的暂不计入，以免影响其他户分红。
    """
    without = (~h.has_work_capacity).else_(False)
    return choose((h.registered & without, h.size), otherwise=0)


@formula(household, en="dividend", zh="分红", unit="CNY", since="2018-01-01", source=ARTICLE)
def dividend(h):
    """The household's share of its village's dividend pool of the year, by members.

    The shares add up to the pool to the cent; what is left over goes to the largest remainders first, equal
    ones by household code.

    本村当年分红资金池中应分得的份额，按家庭人口分配。各份之和与资金池分毫不差；余下的分按最大余数法分配，余数相等时按户编号。
    """
    return share(h.village.dividend_pool, by=h.dividend_weight)


@formula(household, en="reward", zh="以奖代补", unit="CNY", since="2018-01-01", source=ARTICLE)
def reward(h):
    """What a registered household with work capacity gets on its own earned income.

    It is the tariff's step for each worker, up to the cap; nought for a household without work capacity,
    which the dividend serves.

    有劳动力的建档立卡户按自身劳动经营收入享受的奖补：每名劳动力按相应档次计算，全户不超过上限。无劳动力的户为零，由分红保障。
    """
    step = parameters.reward_tariff.step(greatest(h.own_earned_income, 0))
    earned = least(step * h.workers, parameters.reward_cap)
    return choose((h.registered & h.has_work_capacity, earned), otherwise=0)


@formula(household, en="entitlement", zh="应发待遇", unit="CNY", since="2018-01-01", source=ARTICLE)
def entitlement(h):
    """Dividend and reward of the year together.

    当年分红与以奖代补之和。
    """
    return h.dividend + h.reward


@formula(household, en="paid", zh="已发待遇", unit="CNY", since="2018-01-01", source=ARTICLE)
def paid(h):
    """What was paid out to the household for the year, up to the day.

    截至当日，已向该户发放的当年待遇。
    """
    return h.payments.where(year=year_of(today)).amount.sum()


@formula(household, en="still owed", zh="应发未发", unit="CNY", since="2018-01-01", source=ARTICLE)
def unpaid(h):
    """What the household is entitled to and has not been paid yet.

    应享而尚未发放的金额。
    """
    return greatest(h.entitlement - h.paid, 0)


@formula(household, en="income support", zh="增收帮扶", since="2018-01-01", source=PLAN)
def income_support(h):
    """Proposed where income is below the line.

    收入未达到贫困线的，建议给予增收帮扶。
    """
    return ~h.income_meets_line


@formula(household, en="food support", zh="食物保障", since="2018-01-01", source=PLAN)
def food_support(h):
    """Proposed where food is a worry.

    食物没有保障的，建议给予食物帮扶。
    """
    return ~h.food


@formula(household, en="clothing support", zh="衣着保障", since="2018-01-01", source=PLAN)
def clothing_support(h):
    """Proposed where clothing is a worry.

    衣着没有保障的，建议给予衣被帮扶。
    """
    return ~h.clothing


@formula(household, en="back to school", zh="控辍保学", since="2018-01-01", source=PLAN)
def dropout_prevention(h):
    """Proposed where a member of school age is out of school.

    有学龄成员未在校的，建议开展控辍保学。
    """
    return ~h.education


@formula(household, en="health insurance enrolment", zh="参保帮扶", since="2018-01-01", source=PLAN)
def health_enrolment(h):
    """Proposed where a member is not insured.

    有成员未参保的，建议帮助参保。
    """
    return ~h.health_coverage


@formula(household, en="housing repair", zh="住房维修加固", since="2018-01-01", source=PLAN)
def housing_repair(h):
    """Proposed for a dwelling of grade C.

    房屋为 C 级的，建议维修加固。
    """
    return h.housing_grade == "C"


@formula(household, en="housing rebuilding", zh="住房拆除重建", since="2018-01-01", source=PLAN)
def housing_rebuilding(h):
    """Proposed for a dwelling of grade D.

    房屋为 D 级的，建议拆除重建。
    """
    return h.housing_grade == "D"


@formula(household, en="water works", zh="饮水工程", since="2018-01-01", source=PLAN)
def water_works(h):
    """Proposed where water falls short.

    饮水不达标的，建议实施饮水工程。
    """
    return ~h.safe_water
