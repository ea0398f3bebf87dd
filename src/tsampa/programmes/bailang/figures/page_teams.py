"""The page's numbers of the broadcasting bureau's office team and of the pledge (E0 to F2), each counted from records."""

from datetime import date

from tsampa.rules import choose, divide, figure, known, quantity, unknown, year_of

SOURCE = "The page on Bailang, mid-2020"
REGION = "54"
BUREAU = ("broadcasting bureau team", "广播电视局机关队伍")
TEAM, TASK_FORCE = "office_team", "task_force"
SINCE = date(2018, 7, 1)
"""Two years before the page."""


def page(id, en, zh, unit, rule, meaning, chinese, *, scope=BUREAU, bound="equal"):
    """Declares one number of the page, published for the region."""
    rule.__doc__ = f"{meaning}\n\n{chinese}"
    figure(id, en=en, zh=zh, unit=unit, scope=scope, source=SOURCE, bound=bound, area=REGION)(rule)


def own(rows, kind=TEAM):
    """The rows of the teams of one kind."""
    return rows.where((rows.team.kind == kind).else_(False))


def attended(a, kind):
    """Different staff who attended the sessions of one kind."""
    found = a.attendances.where(a.attendances.session.kind == kind)
    return found.staff_member.code.distinct("person")


def members(a):
    """Different members of the team."""
    return own(a.team_roles).staff_member.code.distinct("person")


def percent_of_members(a, kind):
    """Of every hundred members, how many attended."""
    return divide(attended(a, kind) * quantity(100, "percent"), members(a), when_zero=unknown)


page(
    "E0.team_members", "members of the team", "队伍人数", "person", members,
    "Different members of the office team.", "机关队伍的成员人数。",
)  # fmt: skip
page(
    "E0.committee_members", "committee members", "委员人数", "person",
    lambda a: own(a.team_roles).where(role="committee").staff_member.code.distinct("person"),
    "Committee members of the team, beside its leader and deputy.", "除正副负责人以外的委员人数。",
)  # fmt: skip


FIELDS = ("plan", "goal", "measure", "deadline")


def field_count(a):
    """How many of the five fields are filled in every commitment."""
    rows = own(a.commitments)
    fields = [known(getattr(rows, name)) for name in FIELDS] + [known(rows.staff_member.code)]
    return sum(choose((one.all(), 1), otherwise=0) for one in fields) * quantity(1, "field")


page(
    "E1.commitment_fields", "fields of a commitment", "五定要素", "field", field_count,
    "Fields filled in every commitment: plan, goal, measure, responsible, deadline.",
    "每项承诺均已填写的要素数：方案、目标、措施、责任、时限。",
)  # fmt: skip


def quota(id, kind, unit, en, zh):
    """How often a year the study plan asks for one kind of study."""
    page(
        id, en, zh, f"{unit}/year",
        lambda a: a.study_quotas.where(kind=kind).times.sum() * quantity(1, unit),
        f"Times a year that the study plan asks for: {en}.", f"学习计划规定的每年次数：{zh}。",
    )  # fmt: skip


quota("E4.reading_daily", "newspaper", "reading", "a newspaper read", "读报")
quota("E4.lecture_monthly", "lecture", "lecture", "a lecture given", "讲课")
quota("E4.book_quarterly", "book", "book", "a book read", "读书")
quota("E4.exam_yearly", "exam", "exam", "an exam taken", "考试")
page(
    "E4.group_sessions", "group study sessions a year", "年集中学习次数", "session/year",
    lambda a: own(a.sessions.where((a.sessions.kind == "group_study") & (year_of(a.sessions.date) == 2019))).count()
    / quantity(1, "year"),
    "Group study sessions of the team in 2019.", "2019年开展的集中学习次数。",
    bound="at_least",
)  # fmt: skip
page(
    "E4.adoption_rate", "members who use online study", "学习平台使用率", "percent",
    lambda a: percent_of_members(a, "online_study"),
    "Members who attended online study, of every hundred.", "使用线上学习平台的成员占比。",
)  # fmt: skip
page(
    "E5.talk_coverage", "members talked with", "谈心谈话覆盖率", "percent", lambda a: percent_of_members(a, "talk"),
    "Members who were talked with, of every hundred.", "参加谈心谈话的成员占比。",
)  # fmt: skip
page(
    "E5.charity_funds", "charity funds", "爱心基金", "fund", lambda a: own(a.funds).count(),
    "Funds that the team keeps.", "队伍设立的基金数。",
)  # fmt: skip
page(
    "E6.discipline_areas", "areas of discipline", "纪律方面", "rule_area",
    lambda a: own(a.rules_in_force).rule_area.distinct("rule_area"),
    "Different areas that the team's rules in force cover.", "现行制度涉及的不同纪律方面数。",
)  # fmt: skip
page(
    "E7.work_types", "types of work of the task force", "攻坚任务类别", "work_type",
    lambda a: own(a.team_tasks, TASK_FORCE).work_type.distinct("work_type"),
    "Different types of work that the task force did.", "攻坚组承担的不同工作类别数。",
)  # fmt: skip
page(
    "E7.principles", "principles of work", "工作要求", "principle",
    lambda a: a.plan_principles.where(a.plan_principles.plan.kind == "work_plan").count(),
    "Principles of the work plan.", "工作要点提出的要求数。",
)  # fmt: skip
page(
    "E8.persons_honoured", "persons honoured in two years", "获奖人数", "person",
    lambda a: own(a.awards.where((a.awards.date >= SINCE) & known(a.awards.staff_member.code))).staff_member.code.distinct("person"),
    "Different persons with an award since July 2018.", "2018年7月以来获得荣誉的不同人员数。",
)  # fmt: skip
page(
    "E8.unit_awards", "awards to the unit", "集体奖励", "award",
    lambda a: own(a.awards.where((year_of(a.awards.date) == 2019) & ~known(a.awards.staff_member.code))).count(),
    "Awards to the team as a whole in 2019.", "2019年获得的集体奖励数。",
)  # fmt: skip
page(
    "F2.pledgers", "persons who took the pledge", "宣誓人数", "person",
    lambda a: a.acknowledgements.where(document="code_of_conduct").staff_member.code.distinct("person"),
    "Different staff who acknowledged the code of conduct.", "确认行为准则的不同工作人员数。",
    scope=("Tibet public security office", "自治区公安厅"),
)  # fmt: skip
