"""Members: how old they are, who goes to school, who can work, and whom a household's links reach."""

from tsampa.rules import formula, household, parameters, person, today, years_between

STANDARD = "Standard of household exit, 2016"
REGISTER = "Register of poor households, guide to its entries"
SINCE = "2015-10-01"


@formula(person, en="age", zh="年龄", unit="year", since=SINCE, source=REGISTER)
def age(p):
    """Completed years from the date of birth to the day.

    从出生日期到当日的周岁。
    """
    return years_between(p.birth_date, today)


@formula(person, en="of school age", zh="义务教育适龄", since=SINCE, source=STANDARD)
def school_age(p):
    """Whether the person is of the age of compulsory schooling, the first and the last year included.

    是否处于义务教育年龄，首尾两岁均计入。
    """
    return (p.age >= parameters.school_age_from) & (p.age <= parameters.school_age_to)


@formula(person, en="able to work", zh="有劳动能力", since=SINCE, source=REGISTER)
def able_to_work(p):
    """Whether the person has reached working age and is recorded with some work capacity, weak included.

    No age makes somebody unable; only what is recorded does.

    已达劳动年龄，且登记为有劳动能力（含弱劳动力）。不以年老为由认定无劳动能力，以登记为准。
    """
    return (p.age >= parameters.working_age) & p.work_capacity.is_in("skilled", "ordinary", "weak")


@formula(person, en="in a stable job", zh="稳定就业", since=SINCE, source="The page on Bailang, A4")
def has_stable_job(p):
    """Whether a job agreement of the person is running on the day.

    当日是否有尚未到期的用工协议。
    """
    jobs = p.agreements.where(kind="job")
    return jobs.where((jobs.ends > today).else_(True)).exists()


@formula(person, en="lifted out of poverty", zh="带动脱贫", since=SINCE, source="The page on Bailang, A4")
def lifted(p):
    """Whether the household exited through a complete case and is linked to an operator or a site.

    所在户是否经完整程序退出，且与经营主体或基地有利益联结。
    """
    return p.household.exited_through_case & p.household.linked


@formula(household, en="household size", zh="家庭人口", unit="person", since=SINCE, source=REGISTER)
def size(h):
    """How many members the household has on the day.

    当日家庭成员人数。
    """
    return h.members.count()


@formula(
    household, en="members of school age", zh="义务教育适龄人数", unit="person", since=SINCE, source=STANDARD
)
def school_age_members(h):
    """How many members are of the age of compulsory schooling.

    处于义务教育年龄的成员人数。
    """
    return h.members.school_age.count()


@formula(household, en="workers", zh="劳动力人数", unit="person", since=SINCE, source=REGISTER)
def workers(h):
    """How many members are able to work.

    有劳动能力的成员人数。
    """
    return h.members.able_to_work.count()


@formula(household, en="has work capacity", zh="有劳动力", since=SINCE, source=REGISTER)
def has_work_capacity(h):
    """Whether any member is able to work; unknown while nobody known is and of somebody it is not recorded.

    户内是否有人具有劳动能力；已知成员均无劳动能力、而有成员情况未登记时，为未知。
    """
    return h.members.able_to_work.any()


@formula(household, en="linked to industry", zh="有利益联结", since=SINCE, source="The page on Bailang, A7")
def linked(h):
    """Whether a benefit link to an operator or a site is in force.

    当日是否有在执行的利益联结。
    """
    return h.benefit_links.exists()
