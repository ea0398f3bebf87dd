"""Places: what villages and townships add up to."""

from tsampa.rules import area, divide, formula, today, unknown, village, year_of

ARTICLE = "Middle Village programme, article 10"
township = area("township")


@formula(village, en="households", zh="户数", unit="household", since="2018-01-01", source=ARTICLE)
def household_count(v):
    """How many households live in the village.

    村内户数。
    """
    return v.households.count()


@formula(
    village,
    en="registered households",
    zh="建档立卡户数",
    unit="household",
    since="2018-01-01",
    source=ARTICLE,
)
def registered_households(v):
    """How many of its households are registered on the day.

    当日建档立卡户数。
    """
    return v.households.registered.count()


@formula(village, en="population", zh="人口", unit="person", since="2018-01-01", source=ARTICLE)
def population(v):
    """The members of its households.

    全村各户成员总数。
    """
    return v.households.size.sum()


@formula(
    village,
    en="households meeting the standard",
    zh="达标户数",
    unit="household",
    since="2018-01-01",
    source=ARTICLE,
)
def households_meeting(v):
    """How many households are known to meet the standard.

    已判定达到标准的户数。
    """
    return (v.households.standing == "meets").count()


@formula(
    village, en="households to check", zh="待核查户数", unit="household", since="2018-01-01", source=ARTICLE
)
def households_to_check(v):
    """How many households cannot be judged before a visit.

    需先入户核查、尚不能判定的户数。
    """
    return (v.households.standing == "to_check").count()


@formula(village, en="share meeting the standard", zh="达标率", unit="1", since="2018-01-01", source=ARTICLE)
def share_meeting(v):
    """Households known to meet the standard, among those that could be judged.

    已判定达标的户数占已判定户数的比例。
    """
    return divide(v.households_meeting, v.household_count - v.households_to_check, when_zero=unknown)


@formula(village, en="persons in need", zh="需帮扶人口", unit="person", since="2018-01-01", source=ARTICLE)
def persons_in_need(v):
    """The members of households known not to meet the standard.

    已判定未达标户的成员总数。
    """
    return v.households.where(standing="in_need").size.sum()


@formula(
    village,
    en="dividend pool",
    zh="分红资金池",
    unit="CNY",
    since="2018-01-01",
    source="Middle Village programme, article 7",
)
def dividend_pool(v):
    """What was set aside for the village's dividend of the year.

    为本村当年分红安排的资金。
    """
    return v.pools.where(name="dividend", year=year_of(today)).amount.sum()


@formula(township, en="villages", zh="村数", unit="village", since="2018-01-01", source=ARTICLE)
def village_count(t):
    """How many villages the township has.

    乡镇所辖村数。
    """
    return t.villages.count()


@formula(township, en="population", zh="人口", unit="person", since="2018-01-01", source=ARTICLE)
def population(t):
    """The population of its villages.

    所辖各村人口之和。
    """
    return t.villages.population.sum()


@formula(
    township,
    en="registered households",
    zh="建档立卡户数",
    unit="household",
    since="2018-01-01",
    source=ARTICLE,
)
def registered_households(t):
    """The registered households of its villages.

    所辖各村建档立卡户数之和。
    """
    return t.villages.registered_households.sum()


@formula(township, en="persons in need", zh="需帮扶人口", unit="person", since="2018-01-01", source=ARTICLE)
def persons_in_need(t):
    """The persons in need in its villages.

    所辖各村需帮扶人口之和。
    """
    return t.villages.persons_in_need.sum()


@formula(township, en="dividend", zh="分红总额", unit="CNY", since="2018-01-01", source=ARTICLE)
def dividend(t):
    """What its households are to share out as dividend.

    所辖各户应分红金额之和。
    """
    return t.households.dividend.sum()
