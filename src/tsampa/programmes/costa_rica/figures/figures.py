"""What the screen publishes. The survey is a sample: these are counts of the sample, with no weights, not of the country."""

from tsampa.rules import divide, figure, known, unknown

SOURCE = "Tsampa example programme, not an official standard of Costa Rica"
HOUSEHOLDS = ("surveyed households of the area, unweighted", "本区域被调查户，未加权")
PERSONS = ("members of the area's surveyed households, unweighted", "本区域被调查户的成员，未加权")
EXTREME = (
    "surveyed households that the survey itself labels as in extreme poverty",
    "调查自身标注为极端贫困的被调查户",
)


def labelled(homes):
    """Those that the survey labels as in extreme poverty; one without a label is left out and counted apart."""
    return homes.where((homes.vulnerability_group == "extreme").else_(False))


@figure("households", en="households", zh="户数", unit="household", scope=HOUSEHOLDS, source=SOURCE)
def households(a):
    """All surveyed households of the area.

    本区域全部被调查户数。
    """
    return a.households.count()


@figure("persons", en="persons", zh="人口", unit="person", scope=PERSONS, source=SOURCE)
def persons(a):
    """The members of all surveyed households.

    全部被调查户的成员数。
    """
    return a.households.size.sum()


@figure(
    "households_meeting",
    en="households with basic needs met",
    zh="基本需求得到满足户数",
    unit="household",
    scope=HOUSEHOLDS,
    source=SOURCE,
    bound="at_least",
)
def households_meeting(a):
    """Households known to have every basic need met.

    已知各项基本需求均得到满足的户数。
    """
    return a.households.basic_needs_met.else_(False).count()


@figure(
    "households_in_need",
    en="households in need",
    zh="有短板户数",
    unit="household",
    scope=HOUSEHOLDS,
    source=SOURCE,
    bound="at_least",
)
def households_in_need(a):
    """Households known to lack at least one basic need.

    已知至少有一项基本需求未满足的户数。
    """
    return (~a.households.basic_needs_met).else_(False).count()


@figure(
    "households_to_check",
    en="households to check",
    zh="待核查户数",
    unit="household",
    scope=HOUSEHOLDS,
    source=SOURCE,
)
def households_to_check(a):
    """Households of which the survey does not tell enough.

    调查信息不足、尚不能判定的户数。
    """
    return a.households.where(standing="to_check").count()


@figure(
    "several_gaps",
    en="households with several gaps",
    zh="多项短板户数",
    unit="household",
    scope=HOUSEHOLDS,
    source=SOURCE,
    bound="at_least",
    overlap=("part of households in need", "属于有短板户的一部分"),
)
def several_gaps(a):
    """Households whose known gaps reach the cutoff.

    已知短板数达到界限的户数。
    """
    return a.households.several_gaps.else_(False).count()


@figure(
    "several_gaps_unknown",
    en="households whose gaps cannot be told",
    zh="短板多少不明户数",
    unit="household",
    scope=HOUSEHOLDS,
    source=SOURCE,
)
def several_gaps_unknown(a):
    """Households of which what is not told could still decide whether they have several gaps.

    未载明的项目仍可能决定其是否为多项短板的户数。
    """
    return (~known(a.households.several_gaps)).count()


@figure(
    "persons_in_need",
    en="persons in need",
    zh="有短板人口",
    unit="person",
    scope=PERSONS,
    source=SOURCE,
    bound="at_least",
)
def persons_in_need(a):
    """The members of households known to lack at least one basic need.

    已知有短板户的成员数。
    """
    return a.households.where(standing="in_need").size.sum()


@figure(
    "need_ratio",
    en="share of persons in need",
    zh="有短板人口占比",
    unit="1",
    digits=4,
    scope=PERSONS,
    source=SOURCE,
    bound="at_least",
)
def need_ratio(a):
    """Persons in need among all persons surveyed.

    有短板人口占被调查人口的比例。
    """
    return divide(
        a.households.where(standing="in_need").size.sum(), a.households.size.sum(), when_zero=unknown
    )


@figure(
    "children_behind",
    en="children behind in school",
    zh="学业落后儿童",
    unit="person",
    scope=("children of school age among the persons surveyed, unweighted", "被调查人口中的学龄儿童，未加权"),
    source=SOURCE,
    bound="at_least",
)
def children_behind(a):
    """Children known to be further behind in school than the limit.

    已知学业落后年数超过上限的儿童人数。
    """
    return (~a.persons.schooling).else_(False).count()


@figure(
    "labelled_extreme",
    en="households labelled as in extreme poverty",
    zh="调查标注的极端贫困户数",
    unit="household",
    scope=EXTREME,
    source="the survey's own label (Target 1)",
    bound="at_least",
)
def labelled_extreme(a):
    """Households that the survey itself labels so; no rule here reads the label.

    调查自身标注的极端贫困户数；本筛查的规则均不使用该标注。
    """
    return labelled(a.households).count()


@figure(
    "unlabelled",
    en="households without a label",
    zh="调查未标注户数",
    unit="household",
    scope=HOUSEHOLDS,
    source="the survey's own label (Target)",
)
def unlabelled(a):
    """Households to which the survey gives no label, or several that contradict one another.

    调查未予标注、或标注相互矛盾的户数。
    """
    return (~known(a.households.vulnerability_group)).count()


@figure(
    "labelled_extreme_missed",
    en="of these, with basic needs met",
    zh="其中基本需求得到满足户数",
    unit="household",
    scope=EXTREME,
    source=SOURCE,
    overlap=("part of labelled_extreme", "属于调查标注极端贫困户的一部分"),
    bound="at_least",
)
def labelled_extreme_missed(a):
    """Households labelled as in extreme poverty that this screen would find nothing amiss with: its limits, in a number.

    调查标注为极端贫困、而本筛查未发现短板的户数，由此可见筛查的局限。
    """
    return labelled(a.households).where(standing="meets").count()


NEEDS = {
    "schooling": ("children's schooling", "子女学业"),
    "enough_workers": ("members of working age", "劳动年龄成员"),
    "enough_room": ("room to live", "居住面积"),
    "sound_dwelling": ("the dwelling", "住房"),
    "safe_water": ("water", "饮水"),
    "adequate_sanitation": ("sanitation", "卫生设施"),
    "powered": ("electricity", "用电"),
}
SEVERAL = ("a household with several gaps is counted in each", "有多项短板的户在每一项中各计一次")


def declare_need(name, en, zh):
    """Two figures for one need: households that lack it, and those of which it is not told."""

    def lacking(a):
        return (~getattr(a.households, name)).else_(False).count()

    def untold(a):
        return (~known(getattr(a.households, name))).count()

    lacking.__doc__ = f"Households known to have a gap in {en}.\n\n已知{zh}未达标的户数。"
    untold.__doc__ = f"Households of which the survey leaves {en} open.\n\n调查未载明{zh}情况的户数。"
    says = {"unit": "household", "scope": HOUSEHOLDS, "source": SOURCE, "overlap": SEVERAL}
    figure(f"gap_{name}", en=f"gap in {en}", zh=f"{zh}短板户数", bound="at_least", **says)(lacking)
    figure(f"unknown_{name}", en=f"{en} not told", zh=f"{zh}未载明户数", **says)(untold)


for name, words in NEEDS.items():
    declare_need(name, *words)
