"""The dwelling: room to live in, walls, roof and floor, water, sanitation and electricity."""

from tsampa.rules import divide, formula, household, parameters, unknown

SOURCE = "Tsampa example programme, not an official standard of Costa Rica"


@formula(
    household, en="persons a room", zh="每间房人数", unit="person/room", since="2014-01-01", source=SOURCE
)
def persons_per_room(h):
    """Members divided by rooms.

    家庭人口除以房间数。
    """
    return h.size / h.rooms


@formula(
    household,
    en="persons a bedroom",
    zh="每间卧室人数",
    unit="person/room",
    since="2014-01-01",
    source=SOURCE,
)
def persons_per_bedroom(h):
    """Members divided by bedrooms; unknown where there is no bedroom.

    家庭人口除以卧室数；没有卧室时为未知。
    """
    return divide(h.size, h.bedrooms, when_zero=unknown)


@formula(household, en="room enough to live", zh="居住不拥挤", since="2014-01-01", source=SOURCE)
def enough_room(h):
    """Whether no more persons share a room, and a bedroom, than the limits allow; exactly at a limit is enough.

    每间房、每间卧室的人数是否均未超过上限；恰好等于上限为达标。
    """
    rooms = h.size <= parameters.most_persons["room"] * h.rooms
    return rooms & (h.size <= parameters.most_persons["bedroom"] * h.bedrooms)


@formula(household, en="sound dwelling", zh="住房完好", since="2014-01-01", source=SOURCE)
def sound_dwelling(h):
    """Whether walls, roof and floor are each in a regular or good state.

    墙体、屋顶、地面的状况是否均为中等或良好。
    """
    return (h.walls != "bad") & (h.roof != "bad") & (h.floor != "bad")


@formula(household, en="safe water", zh="饮水", since="2014-01-01", source=SOURCE)
def safe_water(h):
    """Whether water is piped into the dwelling, or at least to a place outside it.

    是否有自来水入户，或至少有户外供水。
    """
    return h.water.is_in("inside", "outside")


@formula(household, en="adequate sanitation", zh="卫生设施", since="2014-01-01", source=SOURCE)
def adequate_sanitation(h):
    """Whether the toilet drains to a sewer, a cesspool or a septic tank; a latrine or another system does not do.

    厕所是否接入下水道、污水池或化粪池；旱厕及其他方式为未达标。
    """
    return h.sanitation.is_in("sewer", "septic_tank")


@formula(household, en="electricity", zh="用电", since="2014-01-01", source=SOURCE)
def powered(h):
    """Whether the dwelling has electricity from any source.

    住房是否通电，不论来源。
    """
    return h.electricity != "none"
