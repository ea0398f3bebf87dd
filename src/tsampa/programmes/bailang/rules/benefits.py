"""Benefits: the county's pool, shared as rewards on own earned income and as dividend; and grants for inputs."""

from tsampa.rules import (
    area,
    choose,
    formula,
    greatest,
    household,
    known,
    least,
    month_of,
    parameters,
    rounded,
    share,
    today,
    unknown,
    year_of,
)

POOL = "The page on Bailang, A9"
GRANT = "The page on Bailang, A7; reward tariffs seen"
SINCE = "2017-01-01"
county = area("county")
PAID_AS = ("dividend", "reward", "input_grant")

benefit_year = choose((month_of(today) >= 10, year_of(today)), otherwise=year_of(today) - 1)
"""Benefits go by the accounting year that closed last, as incomes do."""


@formula(household, en="reward claimed", zh="奖补应得额", unit="CNY", since=SINCE, source=POOL)
def reward_claim(h):
    """What the tariff gives a registered or exited household with work capacity on its own earned income, up to the cap.

    有劳动力的建档立卡户（含已退出户）按自身劳动经营收入对应档次应得的奖补，不超过上限。
    """
    step = parameters.reward_tariff.step(greatest(h.own_earned_income, 0))
    claim = least(step, parameters.reward_cap)
    return choose((h.ever_registered & h.has_work_capacity, claim), otherwise=0)


@formula(household, en="weight in the rewards", zh="奖补权数", unit="CNY", since=SINCE, source=POOL)
def reward_weight(h):
    """The claim, or nought while it is not known, so that the others are not held up.

    即奖补应得额；尚不清楚的暂不计入，以免影响其他户。
    """
    return h.reward_claim.else_(0)


@formula(county, en="benefit pool", zh="利益分配资金池", unit="CNY", since=SINCE, source=POOL)
def benefit_pool(c):
    """What the county set aside for rewards and dividends of the last closed accounting year.

    全县为上一核算年度奖补和分红安排的资金。
    """
    return c.pools.where(name="benefit", year=benefit_year).amount.sum()


@formula(county, en="reward pool", zh="奖补资金", unit="CNY", since=SINCE, source=POOL)
def reward_pool(c):
    """The part of the pool that goes to rewards: all that is claimed, as far as the pool reaches.

    资金池中用于奖补的部分：以应得额合计为限，且不超过资金池。
    """
    return least(c.benefit_pool, c.households.reward_weight.sum())


@formula(county, en="dividend pool", zh="分红资金", unit="CNY", since=SINCE, source=POOL)
def dividend_pool(c):
    """What the rewards leave of the pool.

    资金池中扣除奖补后用于分红的部分。
    """
    return greatest(c.benefit_pool - c.reward_pool, 0)


@formula(household, en="share in the rewards", zh="奖补份额", unit="CNY", since=SINCE, source=POOL)
def reward_share(h):
    """The household's part of the reward pool; where the pool covers all claims it is the claim itself.

    奖补资金中的份额；资金足够时即等于应得额，不足时按应得额比例分配。
    """
    return share(h.county.reward_pool, by=h.reward_weight)


@formula(household, en="reward", zh="以奖代补", unit="CNY", since=SINCE, source=POOL)
def reward(h):
    """The share in the rewards; unknown while the claim is.

    奖补份额；应得额未知时为未知。
    """
    return choose((known(h.reward_claim), h.reward_share), otherwise=unknown)


@formula(household, en="weight in the dividend", zh="分红权数", unit="person", since=SINCE, source=POOL)
def dividend_weight(h):
    """The members of a registered or exited household without work capacity; nought for any other or while it is not known.

    无劳动力的建档立卡户（含已退出户）按家庭人口计，其他户及情况不明的户为零。
    """
    without = (h.ever_registered & ~h.has_work_capacity).else_(False)
    return choose((without, h.size), otherwise=0)


@formula(household, en="dividend", zh="分红", unit="CNY", since=SINCE, source=POOL)
def dividend(h):
    """The household's share of the dividend pool, by members. The shares add up to the pool to the cent.

    按家庭人口在分红资金中应得的份额，各份之和与资金分毫不差。
    """
    return share(h.county.dividend_pool, by=h.dividend_weight)


@formula(
    "production",
    en="grant for the production",
    zh="单项生产补助",
    unit="CNY",
    digits=2,
    since=SINCE,
    source=GRANT,
)
def grant(x):
    """The rate of its kind for each unit, from the least amount on that is granted for.

    按该项目标准和数量计算的补助；未达最低规模的为零。
    """
    enough = x.amount >= parameters.input_minimum[x.kind]
    return choose(
        (enough, rounded(parameters.input_rate[x.kind] * x.amount, "half_up", digits=2)), otherwise=0
    )


@formula(household, en="input grant", zh="生产奖补", unit="CNY", since=SINCE, source=GRANT)
def input_grant(h):
    """What a registered or exited household gets for its new plantings and herds of the year, up to the cap.

    建档立卡户（含已退出户）当年新增种植养殖应得的补助，不超过上限。
    """
    granted = least(h.productions.where(year=benefit_year).grant.sum(), parameters.input_cap)
    return choose((h.ever_registered, granted), otherwise=0)


@formula(household, en="entitlement", zh="应发待遇", unit="CNY", since=SINCE, source=POOL)
def entitlement(h):
    """Reward, dividend and input grant of the last closed accounting year together.

    上一核算年度以奖代补、分红与生产奖补之和。
    """
    return h.reward + h.dividend + h.input_grant


@formula(household, en="paid", zh="已发待遇", unit="CNY", since=SINCE, source=POOL)
def paid(h):
    """What was paid out of the entitlement up to the day. A firm's dividend under an agreement is not part of it.

    截至当日已发放的待遇，不含企业按协议兑现的分红。
    """
    paid_out = h.payments.where(year=benefit_year).where(h.payments.benefit.is_in(*PAID_AS))
    return paid_out.where(~known(paid_out.agreement.code)).amount.sum()


@formula(household, en="still owed", zh="应发未发", unit="CNY", since=SINCE, source=POOL)
def unpaid(h):
    """What the household is entitled to and has not been paid yet.

    应享而尚未发放的金额。
    """
    return greatest(h.entitlement - h.paid, 0)


@formula(
    "donation_receipt", en="allocated", zh="已分配", unit="CNY", since=SINCE, source="The page on Bailang, B1"
)
def allocated(r):
    """What was allocated of a receipt up to the day.

    截至当日该笔到账已分配的金额。
    """
    return r.allocations.amount.sum()


@formula(
    "donation_receipt",
    en="allocated beyond the receipt",
    zh="超额分配",
    since=SINCE,
    source="The page on Bailang, B1",
)
def over_allocated(r):
    """Whether more was allocated than came in: never right.

    分配金额是否超过到账金额；出现即为差错。
    """
    return r.allocated > r.amount
