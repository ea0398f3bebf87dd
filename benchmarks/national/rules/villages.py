"""A village's measures: headcount, gap and severity (FGT), and the adjusted headcount (Alkire–Foster)."""

from tsampa.rules import divide, formula, parameters, unknown, village

HERE = {"since": "2018-01-01", "source": "benchmark"}


@formula(village, en="dividend pool", zh="分红资金池", unit="CNY", **HERE)
def dividend_pool(v):
    """What the village shares out this year.

    本村当年可分配的资金。
    """
    return v.pool.else_(0)


@formula(village, en="persons", zh="人口", unit="person", **HERE)
def people(v):
    """Members of all households.

    全村人口。
    """
    return v.households.size.sum()


@formula(village, en="headcount", zh="贫困人口比例", unit="1", **HERE)
def headcount(v):
    """FGT 0: the share of persons in households below the line.

    贫困人口占比。
    """
    return divide(v.households.where(v.households.poor).size.sum(), v.people, when_zero=unknown)


@formula(village, en="poverty gap", zh="贫困差距", unit="1", **HERE)
def gap(v):
    """FGT 1.

    贫困差距指数。
    """
    return divide(v.households.shortfall.sum(), parameters.poverty_line * v.people, when_zero=unknown)


@formula(village, en="severity", zh="贫困深度", unit="1", **HERE)
def severity(v):
    """FGT 2.

    贫困强度指数。
    """
    return divide(v.households.squared_gap.sum(), v.people, when_zero=unknown)


@formula(village, en="multidimensional headcount", zh="多维贫困人口比例", unit="1", **HERE)
def deprived_headcount(v):
    """The share of persons in households deprived in a third or more.

    多维贫困人口占比。
    """
    return divide(v.households.where(v.households.deprived).size.sum(), v.people, when_zero=unknown)


@formula(village, en="adjusted headcount", zh="多维贫困指数", unit="1", **HERE)
def adjusted_headcount(v):
    """M0: deprivations of the deprived, as a share of all that could be.

    多维贫困指数。
    """
    lacking = v.households.deprivations_counted.sum()
    return divide(lacking, v.people * 7, when_zero=unknown)
