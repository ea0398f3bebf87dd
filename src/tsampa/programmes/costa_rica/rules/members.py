"""Members: schooling of children, and how many each member of working age provides for."""

from tsampa.rules import divide, formula, household, parameters, person, unknown

SOURCE = "Tsampa example programme, not an official standard of Costa Rica"


@formula(person, en="of school age", zh="学龄", since="2014-01-01", source=SOURCE)
def school_age(p):
    """Whether the person is of the age at which the survey asks about schooling, 7 to 17 as it stands.

    是否处于调查询问就学情况的年龄（现为 7 至 17 岁）。
    """
    return (p.age >= parameters.school_age_from) & (p.age <= parameters.school_age_to)


@formula(person, en="keeps up in school", zh="学业未落后", since="2014-01-01", source=SOURCE)
def schooling(p):
    """True of anybody not of school age, and of a child not further behind in school than allowed.

    Where the survey does not state it of a child, it is unknown.

    非学龄成员，以及学业落后年数未超过上限的学龄成员，为达标；调查未载明学龄成员情况的，为未知。
    """
    return ~p.school_age | (p.years_behind_in_school <= parameters.most_years_behind)


@formula(person, en="of working age", zh="劳动年龄", since="2014-01-01", source=SOURCE)
def working_age(p):
    """Whether the person is of working age, 15 to 64 as it stands.

    是否处于劳动年龄（现为 15 至 64 岁）。
    """
    return (p.age >= parameters.working_age_from) & (p.age <= parameters.working_age_to)


@formula(household, en="household size", zh="家庭人口", unit="person", since="2014-01-01", source=SOURCE)
def size(h):
    """How many members the survey lists.

    调查所列的家庭成员人数。
    """
    return h.members.count()


@formula(
    household, en="children of school age", zh="学龄人数", unit="person", since="2014-01-01", source=SOURCE
)
def school_children(h):
    """How many members are of school age.

    家庭成员中的学龄人数。
    """
    return h.members.school_age.count()


@formula(household, en="children keep up in school", zh="子女学业", since="2014-01-01", source=SOURCE)
def schooling(h):
    """Whether every member of school age keeps up in school.

    学龄成员的学业是否均未落后超过上限。
    """
    return h.members.schooling.all()


@formula(
    household,
    en="members of working age",
    zh="劳动年龄人数",
    unit="person",
    since="2014-01-01",
    source=SOURCE,
)
def workers(h):
    """How many members are of working age.

    家庭成员中处于劳动年龄的人数。
    """
    return h.members.working_age.count()


@formula(household, en="dependants", zh="被抚养赡养人数", unit="person", since="2014-01-01", source=SOURCE)
def dependants(h):
    """How many members are younger or older than working age.

    家庭成员中不在劳动年龄的人数。
    """
    return h.size - h.workers


@formula(household, en="dependency ratio", zh="负担系数", unit="1", since="2014-01-01", source=SOURCE)
def dependency_ratio(h):
    """Dependants for each member of working age; unknown where there is none.

    每名劳动年龄成员负担的人数；户内无劳动年龄成员时为未知。
    """
    return divide(h.dependants, h.workers, when_zero=unknown)


@formula(
    household, en="enough members of working age", zh="劳动年龄成员充足", since="2014-01-01", source=SOURCE
)
def enough_workers(h):
    """Whether no member of working age provides for more dependants than the limit.

    Nobody of working age to provide for dependants is a gap too.

    每名劳动年龄成员负担的人数是否未超过上限；有被抚养赡养人口而无劳动年龄成员的，为未达标。
    """
    return h.dependants <= parameters.most_dependants * h.workers
