"""Small ledgers, row by row: teams and plans, sites and certificates, donors, the course, the office team, the pledge.

Names of organisations are made up except where the page names them; staff have codes and no names.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

__all__ = ["ELSEWHERE", "Row", "ledger_rows"]

Row = tuple[str, dict[str, object]]
"""The table and the row's columns; columns left out are unknown."""

BAILANG, BASU, NIMU, CHENGGUAN, REGION = "540228", "540326", "540123", "540102", "54"
JIDA, JIBA = "540326207", "540581207"

ELSEWHERE = {
    "540326100205": 46,
    **{f"540326207{n}": 8 for n in range(201, 206)},
    **{f"540326100{n}": 10 for n in (201, 202, 203, 204, 206)},
    "540102003003": 12,
}
"""Households to draw in villages outside the county: those of which the page tells."""


def ledger_rows() -> Iterator[Row]:
    """Every row of the small ledgers."""
    for part in (
        _teams,
        _plan_parts,
        _sites,
        _partners,
        _donors,
        _course,
        _criteria,
        _office_team,
        _office_year,
        _elsewhere,
    ):
        yield from part()


def _row(table: str, code: str, area: str, **columns: object) -> Row:
    return table, {"code": code, "area": area, **columns}


def _staff(prefix: str, count: int, area: str, duty: str) -> Iterator[Row]:
    for n in range(count):
        yield _row("staff", f"{prefix}-{n}", area, duty=duty)


def _teams() -> Iterator[Row]:
    founded = date(2016, 9, 12)
    yield _row(
        "teams", "leading-group", BAILANG, name="产业发展领导小组", kind="leading_group", founded=founded
    )
    for n, name in enumerate(("果蔬", "青稞", "枸杞", "饲草养殖")):
        yield _row(
            "teams", f"working-group-{n}", BAILANG, name=f"{name}工作专班", kind="working_group",
            founded=founded + timedelta(days=18),
        )  # fmt: skip
    yield from _staff("county-office", 12, BAILANG, "office")
    for n in range(12):
        role = {0: "leader", 1: "deputy"}.get(n, "member")
        team = "leading-group" if n < 8 else f"working-group-{n - 8}"
        yield _row(
            "team_roles", f"county-role-{n}", BAILANG, team=team, staff_member=f"county-office-{n}", role=role,
            since=founded + timedelta(days=20),
        )  # fmt: skip


def _plan_parts() -> Iterator[Row]:
    plans = (
        ("action-plan", "产业发展三年行动计划", "action_plan", date(2016, 9, 20), date(2019, 9, 20)),
        ("project-plan", "“十三五”产业规划", "project_plan", date(2016, 10, 1), date(2020, 12, 31)),
        ("technology-plan", "科技发展体系", "technology_plan", date(2017, 1, 5), date(2020, 12, 31)),
    )
    for code, name, kind, begins, ends in plans:
        yield _row(
            "plans", code, BAILANG, team="leading-group", name=name, kind=kind, begins=begins, ends=ends
        )
    yield from _named("plan_strategies", "strategy", "action-plan", ("聚焦", "创新", "开放", "融合"))
    measures = (
        "成立工作专班", "建立重点项目库", "培育龙头企业", "规范合作社", "建设产业园区", "完善利益联结",
        "开展订单收购", "培养本土科技人才", "申办有机认证", "打造区域品牌",
    )  # fmt: skip
    yield from _named("plan_measures", "measure", "action-plan", measures)
    yield from _named("plan_measures", "system", "technology-plan", ("合作", "联结", "培育"))
    for n, name in enumerate(("一年有势头", "两年有看头", "三年大突破")):
        due = date(2017 + n, 9, 20)
        yield _row(
            "plan_milestones", f"milestone-{n}", BAILANG, plan="action-plan", name=name, due=due,
            reached=due - timedelta(days=9 - 4 * n),
        )  # fmt: skip
    achieved = (10_850, 12_400, 10_120, 9_300)
    for n, name in enumerate(("有机果蔬", "有机青稞", "有机枸杞", "人工饲草与规模化养殖")):
        yield _row(
            "plan_targets", f"target-{n}", BAILANG, plan="project-plan", name=name, land=10_000, achieved=achieved[n]
        )  # fmt: skip


def _named(table: str, prefix: str, plan: str, names: tuple[str, ...]) -> Iterator[Row]:
    for n, name in enumerate(names):
        yield _row(table, f"{prefix}-{n}", BAILANG, plan=plan, name=name)


def _sites() -> Iterator[Row]:
    layout = (("zone", 3, "产业区"), ("corridor", 1, "产业走廊"), ("park", 10, "产业园"))
    sectors = ("vegetables_fruit", "barley", "wolfberry", "fodder_livestock", "dairy")
    for kind, count, name in layout:
        for n in range(count):
            yield _row(
                "sites", f"{kind}-{n}", BAILANG, name=f"第{n + 1}{name}", kind=kind, sector=sectors[n % 5], exports=False,
                opened=date(2017, 3 + n % 8, 15),
            )  # fmt: skip
    for n in range(1, 4):
        yield _base(
            f"vegetable-base-{n}", f"有机果蔬第{n}基地", "vegetables_fruit", 1_200 + 350 * n, exports=n == 1
        )
    yield _base("wolfberry-base", "有机枸杞种植加工基地", "wolfberry", 10_120)
    yield _base("barley-base", "有机青稞基地", "barley", 8_600)
    yield _base("livestock-park", "人工饲草与规模化养殖基地", "fodder_livestock", 4_300)
    yield _base("woollen-workshop", "民族手工毛纺车间", "handicraft", 12, kind="workshop")
    for n, market in enumerate(("European Union", "United States", "Japan")):
        yield _row(
            "certificates", f"certificate-{n}", BAILANG, site="wolfberry-base", kind="organic", market=market,
            since=date(2018, 5 + n, 10), until=date(2021, 5 + n, 10),
        )  # fmt: skip
    states = ("operating", "operating", "operating", "building", "approved", "proposed")
    for n in range(24):
        sector = sectors[n % 5]
        yield _row(
            "projects", f"project-{n}", BAILANG, plan="project-plan", name=f"重点项目第{n + 1}号", sector=sector,
            state=states[n % 6], budget=100 * 10_000 * (180 + 37 * (n % 11)), proposed=date(2016, 11, 1) + timedelta(days=41 * n),
        )  # fmt: skip


def _base(code: str, name: str, sector: str, land: int, *, kind: str = "base", exports: bool = False) -> Row:
    return _row(
        "sites", code, BAILANG, name=name, kind=kind, sector=sector, land=land, exports=exports, operator="op-lead_firm-00000",
        opened=date(2016, 10, 20),
    )  # fmt: skip


def _partners() -> Iterator[Row]:
    for n, name in enumerate(("中国农科院", "山东农科院", "西藏农科院")):
        yield _row("organisations", f"institute-{n}", BAILANG, name=name, kind="institute")
        yield _row(
            "sessions", f"consultation-{n}", BAILANG, kind="consultation", team="leading-group", organisation=f"institute-{n}",
            days=2, date=date(2016, 10, 12) + timedelta(days=16 * n),
        )  # fmt: skip
    for n in range(10):
        yield _row(
            "organisations",
            f"partner-{n}",
            BAILANG,
            name=f"合作院校第{n + 1}号",
            kind="university" if n % 3 else "institute",
        )
        yield _row(
            "agreements", f"cooperation-{n}", BAILANG, kind="cooperation", organisation=f"partner-{n}",
            signed=date(2017, 3, 1) + timedelta(days=73 * n),
        )  # fmt: skip


BUS_GIFTS = (40, 30, 26, 22, 20, 18, 16, 14, 12, 10, 9, 7, 5)
"""What thirteen of the fourteen gave for the buses, in thousands of yuan; the fourteenth gave the rest."""
BUS_TOTAL = 2_323_800


def _donors() -> Iterator[Row]:
    gifts = [1_000 * one for one in BUS_GIFTS]
    for n, yuan in enumerate([*gifts, BUS_TOTAL - sum(gifts)]):
        organisation, donation = f"bus-donor-{n}", f"donation-bus-{n}"
        pledged = date(2018, 9, 3) + timedelta(days=4 * n)
        yield _row(
            "organisations",
            organisation,
            BASU,
            name=f"捐赠组织第{n + 1}号",
            kind="association" if n % 4 == 0 else "firm",
        )
        yield _row(
            "donations", donation, BASU, organisation=organisation, purpose="transport", pledge=100 * yuan, pledged=pledged
        )  # fmt: skip
        yield _row(
            "donation_receipts", f"r-{donation}", BASU, donation=donation, amount=100 * yuan,
            date=pledged + timedelta(days=11 + n),
        )  # fmt: skip
    for n in range(4):
        yield _row(
            "deliveries", f"bus-{n}", BASU, donation="donation-bus-13", product="bus", pieces=1, worth=100 * BUS_TOTAL // 4,
            date=date(2019, 4, 16),
        )  # fmt: skip
    yield _row(
        "sites",
        "resettlement-site",
        BASU,
        name="易地扶贫搬迁安置点",
        kind="resettlement",
        sector="other",
        opened=date(2018, 8, 1),
    )
    for n in range(7):
        yield _row("organisations", f"jida-firm-{n}", JIDA, name=f"捐款企业第{n + 1}号", kind="firm")
        yield _row(
            "donations", f"donation-jida-{n}", JIDA, organisation=f"jida-firm-{n}", purpose="households", pledged=date(2019, 10, 9)
        )  # fmt: skip
    for code in ("pigs", "goods"):
        yield _row("organisations", f"giver-of-{code}", BASU, name="结对帮扶企业", kind="firm")
        yield _row(
            "donations", f"donation-{code}", BASU, organisation=f"giver-of-{code}", purpose="households", pledged=date(2019, 8, 1)
        )  # fmt: skip
    yield _row(
        "sessions", "workshop-training", BASU, kind="skills_training", place="服饰加工厂", days=45, date=date(2019, 3, 4)
    )  # fmt: skip


def _course() -> Iterator[Row]:
    yield _row("sessions", "course", NIMU, kind="course", place="县城", days=2, date=date(2020, 6, 16))
    yield from _staff("nimu-officer", 134, NIMU, "village_officer")
    for n, topic in enumerate(("政策落实", "退出程序", "动态管理", "成效验收")):
        yield _row("session_topics", f"course-topic-{n}", NIMU, session="course", topic=topic)
    for n in range(134):
        staff = f"nimu-officer-{n}"
        yield _row("attendances", f"course-{n}", NIMU, session="course", staff_member=staff)
        for m, dimension in enumerate(("knowledge", "interpretation", "operation")):
            before = 42 + (17 * n + 29 * m) % 38
            for stage, score in (("before", before), ("after", min(100, before + 9 + (11 * n + 7 * m) % 22))):
                yield _row(
                    "test_results", f"course-{n}-{dimension}-{stage}", NIMU, session="course", staff_member=staff,
                    dimension=dimension, stage=stage, score=score,
                )  # fmt: skip
    for n, kind in enumerate(("look", "quiz", "ask", "audit") * 3):
        yield _row(
            "inspections",
            f"inspection-{n}",
            NIMU,
            kind=kind,
            passed=n != 5,
            date=date(2019, 11, 4) + timedelta(days=n),
        )


def _criteria() -> Iterator[Row]:
    named = (
        ("income", "人均纯收入稳定超过贫困线"), ("assurance", "不愁吃"), ("assurance", "不愁穿"), ("guarantee", "义务教育有保障"),
        ("guarantee", "基本医疗有保障"), ("guarantee", "住房安全有保障"), ("water", "饮水安全有保障"),
    )  # fmt: skip
    for n, (kind, name) in enumerate(named):
        yield _row("criteria", f"criterion-{n}", NIMU, kind=kind, name=name, since=date(2016, 4, 1))


OFFICE = "office-team"


def _office_team() -> Iterator[Row]:
    yield _row("teams", OFFICE, REGION, name="机关队伍", kind="office_team", founded=date(2015, 3, 2))
    yield _row(
        "teams", "task-force", REGION, name="重要保障期攻坚组", kind="task_force", founded=date(2019, 7, 1)
    )
    yield from _staff("office", 24, REGION, "office")
    for n in range(24):
        role = "leader" if n == 0 else "deputy" if n == 1 else "committee" if n < 7 else "member"
        yield _row(
            "team_roles",
            f"office-role-{n}",
            REGION,
            team=OFFICE,
            staff_member=f"office-{n}",
            role=role,
            since=date(2018, 1, 2),
        )
        yield _row(
            "commitments", f"commitment-{n}", REGION, team=OFFICE, staff_member=f"office-{n}", plan=f"方案{n + 1}",
            goal=f"目标{n + 1}", measure=f"措施{n + 1}", deadline=date(2019, 12, 20), date=date(2019, 1, 10),
            kept=None if n % 9 == 4 else date(2019, 11, 1 + n),
        )  # fmt: skip
    types = (
        "值班", "会务", "文稿", "信息", "后勤保障", "车辆", "通信", "设备检修", "安全检查", "应急演练", "物资",
    )  # fmt: skip
    for n, name in enumerate(types):
        yield _row(
            "team_tasks",
            f"task-{n}",
            REGION,
            team="task-force",
            work_type=name,
            date=date(2019, 9, 1) + timedelta(days=n),
        )
    for n, name in enumerate(("财务", "考勤", "接待", "车辆", "采购", "保密", "值班")):
        yield _row(
            "rules_in_force",
            f"rule-{n}",
            REGION,
            team=OFFICE,
            rule_area=name,
            name=f"{name}管理制度",
            since=date(2018, 3, 1),
        )
    yield _row("funds", "charity-fund", REGION, team=OFFICE, name="爱心基金", founded=date(2018, 5, 4))


def _office_year() -> Iterator[Row]:
    yield _row(
        "plans",
        "study-plan",
        REGION,
        team=OFFICE,
        name="学习计划",
        kind="study_plan",
        begins=date(2019, 1, 5),
    )
    for kind, times in (("newspaper", 365), ("lecture", 12), ("book", 4), ("exam", 1)):
        yield _row("study_quotas", f"quota-{kind}", REGION, plan="study-plan", kind=kind, times=times)
    yield _row(
        "plans",
        "work-plan",
        REGION,
        team="task-force",
        name="攻坚工作要点",
        kind="work_plan",
        begins=date(2019, 7, 1),
    )
    for n in range(6):
        yield _row("plan_principles", f"principle-{n}", REGION, plan="work-plan", name=f"“六个高”之{n + 1}")
    for n in range(40):
        yield _row(
            "sessions", f"group-study-{n}", REGION, kind="group_study", team=OFFICE, days=1, date=date(2019, 1, 9) + timedelta(days=9 * n)
        )  # fmt: skip
    for kind, day in (("online_study", date(2019, 6, 30)), ("talk", date(2019, 11, 15))):
        yield _row("sessions", f"office-{kind}", REGION, kind=kind, team=OFFICE, days=1, date=day)
        for n in range(24):
            yield _row(
                "attendances", f"{kind}-{n}", REGION, session=f"office-{kind}", staff_member=f"office-{n}"
            )
    for n in range(12):
        yield _row(
            "awards", f"award-{n}", REGION, team=OFFICE, staff_member=f"office-{2 * n}", title="先进个人",
            date=date(2018, 7, 20) + timedelta(days=55 * n),
        )  # fmt: skip
    yield _row("awards", "unit-award", REGION, team=OFFICE, title="先进集体", date=date(2019, 7, 1))
    yield _row(
        "awards",
        "earlier-award",
        REGION,
        team=OFFICE,
        staff_member="office-1",
        title="先进个人",
        date=date(2017, 7, 1),
    )


def _elsewhere() -> Iterator[Row]:
    yield from _staff("pledger", 27, REGION, "office")
    for n in range(27):
        yield _row(
            "acknowledgements", f"pledge-{n}", REGION, staff_member=f"pledger-{n}", document="code_of_conduct", date=date(2020, 6, 24)
        )  # fmt: skip
    yield _row(
        "sessions", "tent-outreach", JIBA, kind="outreach", place="帐篷", days=1, date=date(2020, 6, 8)
    )
    yield from _staff("courtyard", 6, CHENGGUAN, "office")
