"""Members: how old they are, who can work, and who depends on whom."""

from tsampa.rules import divide, formula, household, parameters, person, today, unknown, years_between

ARTICLE = "Middle Village programme, article 2"


@formula(person, en="age", zh="年龄", unit="year", since="2018-01-01", source=ARTICLE)
def age(p):
    """Completed years from the date of birth to the day; unknown where the date of birth is.

    从出生日期到当日的周岁；出生日期未知时为未知。
    """
    return years_between(p.birth_date, today)


@formula(person, en="child", zh="儿童", since="2018-01-01", source=ARTICLE)
def child(p):
    """Whether the person is younger than an adult.

    是否未成年。
    """
    return p.age < parameters.adult_age


@formula(person, en="of school age", zh="学龄", since="2018-01-01", source=ARTICLE)
def school_age(p):
    """Whether the person is of the age of compulsory schooling, the first and the last year included.

    是否处于义务教育年龄，首尾两岁均计入。
    """
    return (p.age >= parameters.school_age_from) & (p.age <= parameters.school_age_to)


@formula(person, en="elder", zh="老年人", since="2018-01-01", source=ARTICLE)
def elder(p):
    """Whether the person has reached the age of an elder.

    是否已达到老年年龄。
    """
    return p.age >= parameters.elder_age


@formula(person, en="able to work", zh="有劳动能力", since="2018-01-01", source=ARTICLE)
def able_to_work(p):
    """Whether the person is of working age or older and recorded with some work capacity, weak included.

    已达劳动年龄，且登记为有劳动能力（含弱劳动力）。不以年老为由认定无劳动能力。
    """
    return (p.age >= parameters.working_age) & p.work_capacity.is_in("skilled", "ordinary", "weak")


@formula(person, en="dependent", zh="被抚养赡养人口", since="2018-01-01", source=ARTICLE)
def dependent(p):
    """Whether the person lives on the work of others: a child, or somebody not able to work.

    依靠他人劳动生活的成员：儿童，或无劳动能力者。
    """
    return p.child | ~p.able_to_work


@formula(household, en="household size", zh="家庭人口", unit="person", since="2018-01-01", source=ARTICLE)
def size(h):
    """How many members the household has on the day.

    当日家庭成员人数。
    """
    return h.members.count()


@formula(household, en="children", zh="儿童人数", unit="person", since="2018-01-01", source=ARTICLE)
def children(h):
    """How many members are children.

    家庭成员中的儿童人数。
    """
    return h.members.child.count()


@formula(
    household, en="members of school age", zh="学龄人数", unit="person", since="2018-01-01", source=ARTICLE
)
def school_age_members(h):
    """How many members are of school age.

    家庭成员中的学龄人数。
    """
    return h.members.school_age.count()


@formula(household, en="elders", zh="老年人数", unit="person", since="2018-01-01", source=ARTICLE)
def elders(h):
    """How many members are elders.

    家庭成员中的老年人数。
    """
    return h.members.elder.count()


@formula(household, en="workers", zh="劳动力人数", unit="person", since="2018-01-01", source=ARTICLE)
def workers(h):
    """How many members are able to work.

    家庭成员中有劳动能力的人数。
    """
    return h.members.able_to_work.count()


@formula(household, en="dependents", zh="被抚养赡养人数", unit="person", since="2018-01-01", source=ARTICLE)
def dependents(h):
    """How many members live on the work of others.

    依靠他人劳动生活的成员人数。
    """
    return h.members.dependent.count()


@formula(household, en="dependents per worker", zh="负担系数", unit="1", since="2018-01-01", source=ARTICLE)
def dependency_ratio(h):
    """Dependents for each member able to work; unknown where nobody is.

    每名劳动力负担的被抚养赡养人数；户内无劳动力时为未知。
    """
    return divide(h.dependents, h.workers, when_zero=unknown)


@formula(household, en="has work capacity", zh="有劳动力", since="2018-01-01", source=ARTICLE)
def has_work_capacity(h):
    """Whether any member is able to work; unknown while nobody known is and of somebody it is not recorded.

    户内是否有人具有劳动能力；已知成员均无劳动能力、而有成员情况未登记时，为未知。
    """
    return h.members.able_to_work.any()


@formula(household, en="age of the head", zh="户主年龄", unit="year", since="2018-01-01", source=ARTICLE)
def head_age(h):
    """The age of the head; where two are recorded, of the one who became a member last.

    Unknown where there is no head, or a member's relationship is not recorded.

    户主的年龄；登记有两名户主时，取最后加入本户者；没有户主，或有成员与户主关系未登记的，为未知。
    """
    return h.members.where(relationship="head").last(by="since").age


@formula(
    household, en="age of the eldest", zh="最年长者年龄", unit="year", since="2018-01-01", source=ARTICLE
)
def eldest_age(h):
    """The age of the eldest member; unknown where one member's age is.

    最年长成员的年龄；任一成员年龄未知时为未知。
    """
    return h.members.age.max()
