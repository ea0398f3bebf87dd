"""Places: what a region's town or countryside, and a region, add up to."""

from tsampa.rules import area, divide, formula, unknown

SOURCE = "Tsampa example programme, not an official standard of Costa Rica"
zone, region = area("zone"), area("region")


@formula(zone, en="households", zh="户数", unit="household", since="2014-01-01", source=SOURCE)
def household_count(z):
    """How many households were surveyed there.

    该区域被调查的户数。
    """
    return z.households.count()


@formula(zone, en="population", zh="人口", unit="person", since="2014-01-01", source=SOURCE)
def population(z):
    """The members of its surveyed households.

    该区域被调查户的成员总数。
    """
    return z.households.size.sum()


@formula(zone, en="persons in need", zh="有短板人口", unit="person", since="2014-01-01", source=SOURCE)
def persons_in_need(z):
    """The members of households known to lack a basic need.

    已知有短板户的成员总数。
    """
    return z.households.where(standing="in_need").size.sum()


@formula(
    zone, en="share of persons in need", zh="有短板人口占比", unit="1", since="2014-01-01", source=SOURCE
)
def need_ratio(z):
    """Persons in need among all persons surveyed there.

    有短板人口占该区域被调查人口的比例。
    """
    return divide(z.persons_in_need, z.population, when_zero=unknown)


@formula(region, en="population", zh="人口", unit="person", since="2014-01-01", source=SOURCE)
def population(r):
    """The surveyed population of its towns and countryside.

    该地区城镇和乡村被调查人口之和。
    """
    return r.zones.population.sum()


@formula(region, en="persons in need", zh="有短板人口", unit="person", since="2014-01-01", source=SOURCE)
def persons_in_need(r):
    """The persons in need of its towns and countryside.

    该地区城镇和乡村有短板人口之和。
    """
    return r.zones.persons_in_need.sum()
