"""The page's numbers of Bailang county (A1 to A8), each counted from records. The quotes stand in page-figures.csv."""

from tsampa.rules import divide, figure, quantity, unknown, years_between

COUNTY = "540228"
BAILANG = ("Bailang", "白朗县")
WOLFBERRY = ("Bailang wolfberry", "白朗县枸杞产业")
VEGETABLES = ("Bailang vegetables and fruit", "白朗县果蔬产业")
SOURCE = "The page on Bailang, mid-2020"


def page(
    id, en, zh, unit, rule, meaning, chinese, *, scope=BAILANG, bound="equal", digits=0, overlap=("", "")
):
    """Declares one number of the page, published for the county."""
    rule.__doc__ = f"{meaning}\n\n{chinese}"
    figure(
        id, en=en, zh=zh, unit=unit, scope=scope, source=SOURCE, bound=bound, digits=digits, overlap=overlap, area=COUNTY
    )(rule)  # fmt: skip


def of_plan(rows, kind):
    """The parts of the plans of one kind."""
    return rows.where(rows.plan.kind == kind)


def under(rows, kind):
    """The deliveries or payments made under agreements of one kind."""
    return rows.where(rows.agreement.kind == kind)


def in_sector(rows, sector):
    """The rows whose site is of one sector."""
    return rows.where(rows.site.sector == sector)


# A1: the county

page(
    "A1.population", "population", "人口", "person", lambda a: a.persons.count(),
    "Persons who are members of a household of the area on the day.",
    "当日属于本区域农户家庭成员的人数。",
    bound="approx", overlap=("includes A1.farmers_and_herders", "包含农牧民人口"),
)  # fmt: skip
page(
    "A1.farmers_and_herders", "farmers and herders", "农牧民人口", "person",
    lambda a: a.persons.where(livelihood="farming_herding").count(),
    "Persons who live by farming and herding.",
    "以农牧业为生的人数。",
    bound="approx", overlap=("part of A1.population", "属于全县人口的一部分"),
)  # fmt: skip
page(
    "A1.farmers_and_herders_share", "farmers and herders among the population", "农牧民占比", "percent",
    lambda a: divide(
        a.persons.where(livelihood="farming_herding").count() * quantity(100, "percent"), a.persons.count(), when_zero=unknown
    ),
    "Persons who live by farming and herding, of every hundred.",
    "农牧民占全县人口的百分比。",
    digits=1,
)  # fmt: skip
page(
    "A1.elevation", "elevation of the county seat", "县城平均海拔", "metre", lambda a: a.counties.elevation.max(),
    "The elevation of the county seat, as the register of areas has it.",
    "行政区域登记的县城驻地海拔。",
    scope=("Bailang county seat", "白朗县城"), bound="at_least",
)  # fmt: skip

# A2: the leading group and its action plan

page(
    "A2.leading_group_founded", "leading group founded", "领导小组成立时间", "month",
    lambda a: a.teams.where(kind="leading_group").founded.min(),
    "The month in which the first leading group was founded.",
    "首个领导小组成立的月份。",
)  # fmt: skip
page(
    "A2.action_plan_years", "years of the action plan", "行动计划年限", "year",
    lambda a: years_between(
        a.plans.where(kind="action_plan").begins.min(), a.plans.where(kind="action_plan").ends.max()
    ),
    "Years from the beginning of the action plan to its end.",
    "行动计划从开始到结束的年数。",
)  # fmt: skip
page(
    "A2.milestones", "milestones of the action plan", "行动计划节点", "milestone",
    lambda a: of_plan(a.plan_milestones, "action_plan").count(),
    "Milestones of the action plan, one a year.",
    "行动计划的年度节点数，一年一个。",
)  # fmt: skip
page(
    "A2.strategies", "strategies of the action plan", "产业发展战略", "strategy",
    lambda a: of_plan(a.plan_strategies, "action_plan").count(),
    "Strategies of the action plan: focus, innovation, opening, integration.",
    "行动计划确定的发展战略：聚焦、创新、开放、融合。",
)  # fmt: skip
page(
    "A2.measures", "measures of the action plan", "推动产业发展举措", "measure",
    lambda a: of_plan(a.plan_measures, "action_plan").count(),
    "Measures of the action plan. The page does not list them.",
    "行动计划的举措数；版面未逐一列出。",
)  # fmt: skip

# A3: advice, places, aims

page(
    "A3.consulted_institutes", "institutes consulted", "求教科研院所", "institution",
    lambda a: a.sessions.where(kind="consultation").organisation.code.distinct("institution"),
    "Different institutes whose advice was sought; the page names three and speaks of others.",
    "登门求教的不同科研院所数；版面点名三家，并提到“等相关部门”。",
    bound="at_least",
)  # fmt: skip


def place(id, kind, en, zh):
    """One kind of place in the county's layout; the page gives their numbers, not their names."""
    page(
        id, en, zh, kind, lambda a: a.sites.where(kind=kind).count() * quantity(1, f"{kind}/site"),
        f"Sites of the kind '{kind}' in the county's layout. The page does not name them.",
        f"产业格局中“{zh}”的数量；版面未列名称。",
    )  # fmt: skip


place("A3.zones", "zone", "zones", "区")
place("A3.corridors", "corridor", "corridors", "廊")
place("A3.parks", "park", "parks", "园")
page(
    "A3.area_targets", "area targets", "万亩目标", "target", lambda a: of_plan(a.plan_targets, "project_plan").count(),
    "Targets of land in the project plan: vegetables and fruit, barley, wolfberry, fodder with livestock.",
    "项目规划确定的面积目标数：有机果蔬、有机青稞、有机枸杞、人工饲草与规模化养殖。",
)  # fmt: skip
page(
    "A3.area_target_each", "land of each area target", "每项目标面积", "mu",
    lambda a: of_plan(a.plan_targets, "project_plan").land.min(),
    "The least of the project plan's land targets: every one is at least as large.",
    "项目规划各面积目标中最小的一项，每项均不低于此数。",
)  # fmt: skip

# A4: operators, jobs, people lifted


def operators(id, en, zh, *kinds):
    """The operators of some kinds."""
    page(
        id, en, zh, "operator", lambda a: a.operators.where(a.operators.kind.is_in(*kinds)).count(),
        f"Operators in the register of the kind: {en}.",
        f"登记在册的{zh}数。",
    )  # fmt: skip


operators("A4.lead_firms", "lead firms", "规模以上龙头企业", "lead_firm")
operators("A4.cooperatives", "farmers' co-operatives", "农牧民专业合作社", "cooperative")
operators(
    "A4.family_farms_and_large_growers", "family farms and large growers", "家庭农场和种养大户", "family_farm", "large_grower"
)  # fmt: skip
page(
    "A4.stable_jobs", "workers from poor households in stable jobs", "贫困劳动力稳定就业", "person",
    lambda a: a.agreements.where(kind="job").person.code.distinct("person"),
    "Different persons with a job agreement.",
    "签有用工协议的不同人员数，同一人只计一次。",
    overlap=("overlaps A4.lifted: who has a job may be among those lifted", "与带动脱贫人口有交叉：就业者可能也在带动脱贫之列"),
)  # fmt: skip
page(
    "A4.lifted", "people lifted out of poverty", "带动脱贫人口", "person", lambda a: a.persons.lifted.count(),
    "Members of households that exited through a complete case and are linked to an operator or a site.",
    "经完整程序退出、且与经营主体或基地有利益联结的农户的家庭成员数。",
    overlap=("overlaps A4.stable_jobs and A7.vegetable_people", "与稳定就业人数、果蔬产业带动人数有交叉"),
)  # fmt: skip

# A5: wolfberry

page(
    "A5.wolfberry_bases", "wolfberry bases", "枸杞基地", "site",
    lambda a: a.sites.where(kind="base", sector="wolfberry").count(),
    "Bases that grow and process wolfberry.",
    "枸杞种植加工基地数。",
)  # fmt: skip
page(
    "A5.organic_certificates", "markets that certified the wolfberry as organic", "枸杞有机认证", "certificate",
    lambda a: in_sector(a.certificates, "wolfberry").market.distinct("certificate"),
    "Different markets of which an organic certificate is in force; the page names three and speaks of others.",
    "有效有机认证所对应的不同市场数；版面点名三个，并有“等国”字样。",
    scope=WOLFBERRY, bound="at_least",
)  # fmt: skip
page(
    "A5.wages_and_rent", "wages and rent paid by wolfberry", "枸杞劳务工资和流转收入", "CNY",
    lambda a: a.payments.where(a.payments.benefit.is_in("wage", "rent") & (a.payments.agreement.site.sector == "wolfberry").else_(False)).amount.sum(),
    "Wages and rent paid to households under agreements on wolfberry sites.",
    "按枸杞基地协议兑现给农户的劳务工资和土地流转资金。",
    scope=WOLFBERRY, bound="at_least", digits=0,
    overlap=("its rent is part of A8.lease_payments", "其中的流转资金包含在全县流转资金之内"),
)  # fmt: skip

# A6: technology

page(
    "A6.technology_systems", "systems of technology", "科技发展体系", "system",
    lambda a: of_plan(a.plan_measures, "technology_plan").count() * quantity(1, "system/measure"),
    "Measures of the technology plan: co-operation, linkage, cultivation.",
    "科技发展体系数：合作、联结、培育。",
)  # fmt: skip
page(
    "A6.partner_institutions", "institutions in co-operation", "合作院校", "institution",
    lambda a: a.agreements.where(kind="cooperation").organisation.code.distinct("institution"),
    "Different institutions with an agreement of co-operation.",
    "签有合作协议的不同院校数。",
    bound="at_least",
)  # fmt: skip
page(
    "A6.local_technicians", "local technicians trained", "本土科技人才", "person",
    lambda a: a.attendances.where(a.attendances.session.kind == "technician_training").person.code.distinct("person"),
    "Different persons who attended a training of technicians.",
    "参加过科技人才培训的不同人员数。",
    bound="at_least",
)  # fmt: skip
page(
    "A6.export_bases", "export bases", "出口基地", "site",
    lambda a: a.sites.where(sector="vegetables_fruit", exports=True).count(),
    "Sites of vegetables and fruit that export.",
    "果蔬出口基地数。",
    scope=VEGETABLES,
)  # fmt: skip

# A7: vegetables and fruit

page(
    "A7.vegetable_bases", "bases of vegetables and fruit", "果蔬基地", "site",
    lambda a: a.sites.where(kind="base", sector="vegetables_fruit").count(),
    "Bases of vegetables and fruit.",
    "有机果蔬基地数。",
    scope=VEGETABLES,
)  # fmt: skip
page(
    "A7.vegetable_cooperatives", "co-operatives linked to vegetables and fruit", "果蔬联结合作社", "operator",
    lambda a: in_sector(a.benefit_links, "vegetables_fruit").operator.code.distinct("operator"),
    "Different co-operatives through which households are linked to sites of vegetables and fruit.",
    "将农户与果蔬基地联结起来的不同合作社数。",
    scope=VEGETABLES,
)  # fmt: skip
page(
    "A7.vegetable_people", "people linked to vegetables and fruit", "果蔬产业带动群众", "person",
    lambda a: in_sector(a.benefit_links, "vegetables_fruit").person.code.distinct("person"),
    "Different persons with a link to a site of vegetables and fruit.",
    "与果蔬基地有利益联结的不同人员数，同一人只计一次。",
    scope=VEGETABLES, bound="at_least", overlap=("overlaps A4.lifted", "与带动脱贫人口有交叉"),
)  # fmt: skip

# A8: purchase orders and land

page(
    "A8.ordered_produce", "produce bought to order", "订单收购农产品", "kg",
    lambda a: under(a.deliveries, "purchase_order").weight.else_(0).sum(),
    "Weight delivered under purchase orders.",
    "按收购订单交付的农产品重量。",
    bound="at_least",
)  # fmt: skip
page(
    "A8.ordered_handicrafts", "handicrafts bought to order", "订单收购民族手工制品", "metre",
    lambda a: under(a.deliveries, "purchase_order").length.else_(0).sum(),
    "Length of woven handicrafts delivered under purchase orders.",
    "按收购订单交付的手工制品长度。",
)  # fmt: skip
page(
    "A8.leased_land", "land leased", "流转土地", "mu", lambda a: a.agreements.where(kind="lease").land.sum(),
    "Land leased out by households.",
    "农户流转的土地面积。",
)  # fmt: skip
page(
    "A8.lease_payments", "rent paid for land", "兑现流转资金", "CNY", lambda a: a.payments.where(benefit="rent").amount.sum(),
    "Rent paid to households for leased land, cumulative.",
    "累计兑现给农户的土地流转资金。",
    overlap=("part of it is in A5.wages_and_rent", "其中枸杞基地部分包含在枸杞劳务工资和流转收入之内"),
)  # fmt: skip
