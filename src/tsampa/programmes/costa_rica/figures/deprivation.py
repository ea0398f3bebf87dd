"""Deprivation over all needs at once, and the schooling of adults, as estimates from a sample of households.

The survey says neither weights nor strata: each household counts as drawn by itself, and standard errors rest on that.
"""

from tsampa.rules import alkire_foster, fgt, figure, gini, parameters

SOURCE = "Alkire and Foster 2011; Tsampa example programme, not an official standard of Costa Rica"
SAMPLE = (
    "members of surveyed households of which every need is told; households taken as drawn at random, unweighted",
    "各项需求均已载明的被调查户的成员；视各户为随机抽取，未加权",
)
ADULTS = (
    "surveyed persons from the first year of working age on; households taken as drawn at random, unweighted",
    "达到劳动年龄起点的被调查人口；视各户为随机抽取，未加权",
)
NEEDS = {
    "schooling": ("children's schooling", "子女学业"),
    "enough_workers": ("members of working age", "劳动年龄成员"),
    "enough_room": ("room to live", "居住面积"),
    "sound_dwelling": ("the dwelling", "住房"),
    "safe_water": ("water", "饮水"),
    "adequate_sanitation": ("sanitation", "卫生设施"),
    "powered": ("electricity", "用电"),
}


def needs_lacking(a):
    """Seven needs of equal weight; poor is who lacks as many as make several gaps."""
    homes = a.households
    lacking = {name: ~getattr(homes, name) for name in NEEDS}
    cutoff = parameters.poverty_cutoff / len(NEEDS)
    return alkire_foster(lacking, cutoff, weights=homes.size, clusters=homes.code)


@figure(
    "mpi_headcount",
    en="multidimensional headcount ratio",
    zh="多维贫困发生率",
    unit="1",
    digits=4,
    bound="approx",
    scope=SAMPLE,
    source=SOURCE,
)
def mpi_headcount(a):
    """Persons whose household lacks several needs (H).

    家庭有多项需求未满足的人口占比（H）。
    """
    return needs_lacking(a).headcount


@figure(
    "mpi_intensity",
    en="intensity of deprivation",
    zh="平均剥夺强度",
    unit="1",
    digits=4,
    bound="approx",
    scope=SAMPLE,
    source=SOURCE,
)
def mpi_intensity(a):
    """The mean share of needs that the multidimensionally poor lack (A).

    多维贫困人口未满足需求的平均占比（A）。
    """
    return needs_lacking(a).intensity


@figure(
    "mpi",
    en="multidimensional poverty index",
    zh="多维贫困指数",
    unit="1",
    digits=4,
    bound="approx",
    scope=SAMPLE,
    source=SOURCE,
)
def mpi(a):
    """Headcount times intensity (M0).

    多维贫困发生率与平均剥夺强度之积（M0）。
    """
    return needs_lacking(a).mpi


def declare_censored(name, en, zh):
    """The censored headcount of one need."""

    def censored(a):
        return needs_lacking(a).censored(name)

    censored.__doc__ = (
        f"Persons who are multidimensionally poor and lack {en}.\n\n多维贫困且{zh}未达标的人口占比。"
    )
    figure(
        f"mpi_{name}", en=f"poor and lacking {en}", zh=f"多维贫困且{zh}未达标", unit="1", digits=4, bound="approx", scope=SAMPLE,
        source=SOURCE, overlap=("part of mpi_headcount", "属于多维贫困人口"),
    )(censored)  # fmt: skip


for one_need, words in NEEDS.items():
    declare_censored(one_need, *words)


def adults(a):
    """Persons from the first year of working age on."""
    return a.persons.where(a.persons.age >= parameters.working_age_from)


@figure(
    "schooling_gini",
    en="Gini coefficient of adults' schooling",
    zh="成年人受教育年限基尼系数",
    unit="1",
    digits=4,
    bound="approx",
    scope=ADULTS,
    source="Thomas, Wang and Fan 2001",
)
def schooling_gini(a):
    """How unequally years of schooling are spread among adults: 0 is equality.

    成年人受教育年限分布的不均等程度，0 为完全均等。
    """
    rows = adults(a)
    return gini(rows.years_of_schooling, clusters=rows.household.code)


@figure(
    "schooling_gap",
    en="gap to primary school",
    zh="小学教育差距",
    unit="1",
    digits=4,
    bound="approx",
    scope=ADULTS,
    source="Foster, Greer and Thorbecke 1984",
)
def schooling_gap(a):
    """What adults lack to the years of primary school, as a part of these, averaged over all adults (FGT1).

    成年人受教育年限与小学年限的相对差距平均值，达到的按零计（FGT1）。
    """
    rows = adults(a)
    return fgt(rows.years_of_schooling, parameters.primary_years, 1, clusters=rows.household.code)
