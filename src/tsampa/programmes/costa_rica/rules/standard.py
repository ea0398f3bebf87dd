"""The screen: which basic needs are met, how many are not, and what the survey does not tell."""

from tsampa.rules import choose, formula, household, known, parameters, unknown

SOURCE = "Tsampa example programme, not an official standard of Costa Rica"
NEEDS = (
    "schooling",
    "enough_workers",
    "enough_room",
    "sound_dwelling",
    "safe_water",
    "adequate_sanitation",
    "powered",
)


@formula(household, en="basic needs met", zh="基本需求得到满足", since="2014-01-01", source=SOURCE)
def basic_needs_met(h):
    """Whether schooling, working age, room, dwelling, water, sanitation and electricity are all as they should be.

    子女学业、劳动年龄成员、居住面积、住房、饮水、卫生设施和用电是否全部达标。
    """
    dwelling = h.enough_room & h.sound_dwelling & h.safe_water & h.adequate_sanitation & h.powered
    return h.schooling & h.enough_workers & dwelling


@formula(household, en="gaps", zh="短板数", unit="1", since="2014-01-01", source=SOURCE)
def gaps(h):
    """How many needs are known not to be met. What the survey does not tell is not counted here.

    已知未满足的需求项数；调查未载明的不计入。
    """
    return sum(choose((getattr(h, name).else_(True), 0), otherwise=1) for name in NEEDS)


@formula(household, en="needs not told", zh="未载明项数", unit="1", since="2014-01-01", source=SOURCE)
def needs_unknown(h):
    """How many needs the survey leaves open.

    调查未载明、尚不能判定的需求项数。
    """
    return sum(choose((known(getattr(h, name)), 0), otherwise=1) for name in NEEDS)


@formula(household, en="several gaps", zh="多项短板", since="2014-01-01", source=SOURCE)
def several_gaps(h):
    """Whether the gaps reach the cutoff; unknown while what is not told could still decide it.

    短板数是否达到界限；未载明的项目仍可能改变结果时，为未知。
    """
    cutoff = parameters.poverty_cutoff
    return choose((h.gaps >= cutoff, True), (h.gaps + h.needs_unknown < cutoff, False), otherwise=unknown)


@formula(household, en="standing", zh="筛查结果", since="2014-01-01", source=SOURCE)
def standing(h):
    """'meets' or 'in_need' where the survey tells enough; 'to_check' where somebody would have to ask.

    调查信息足以判定的为“meets”（满足）或“in_need”（有短板）；需进一步了解的为“to_check”（待核查）。
    """
    judged = known(h.basic_needs_met)
    return choose((~judged, "to_check"), (h.basic_needs_met, "meets"), otherwise="in_need")
