"""What the programme publishes of any area, beside the page's own numbers."""

from tsampa.rules import divide, figure, gini, known, parameters, qsr, quantity, unknown

SOURCE = "Programme of the demonstration county"
ALL = ("all households of the area on the day", "当日本区域全部农户")
PERSONS = ("members of all households of the area on the day", "当日本区域全部农户的家庭成员")
JUDGED = ("persons in households whose income and size are known", "收入和人口均已知的农户的家庭成员")
PAID = ("all payments to households of the area up to the day", "截至当日向本区域农户发放的全部款项")
YEARS = (2015, 2016, 2017, 2018, 2019)
PARTS = (
    ("income", "income_meets_line", "income", "收入"),
    ("food", "food", "food", "不愁吃"),
    ("clothing", "clothing", "clothing", "不愁穿"),
    ("education", "education", "compulsory education", "义务教育"),
    ("health_coverage", "health_coverage", "health coverage", "基本医疗"),
    ("housing", "housing", "safe housing", "住房安全"),
    ("safe_water", "safe_water", "safe water", "饮水安全"),
)


def publish(
    id, en, zh, unit, rule, meaning, chinese, *, scope=ALL, bound="equal", digits=0, overlap=("", "")
):
    """Declares one figure for any area."""
    rule.__doc__ = f"{meaning}\n\n{chinese}"
    figure(
        id, en=en, zh=zh, unit=unit, scope=scope, source=SOURCE, bound=bound, digits=digits, overlap=overlap
    )(rule)  # fmt: skip


def count_of(variable):
    """The households of which a variable is true."""
    return lambda a: getattr(a.households, variable).count()


# Who there is

publish(
    "households",
    "households",
    "户数",
    "household",
    lambda a: a.households.count(),
    "All households.",
    "全部农户数。",
)
publish(
    "persons", "persons", "人口", "person", lambda a: a.households.size.sum(),
    "The members of all households.", "全部农户的家庭成员数。", scope=PERSONS,
)  # fmt: skip
publish(
    "registered_households", "registered households", "未脱贫建档立卡户", "household", count_of("registered"),
    "Households that are registered and have not exited.", "尚未退出的建档立卡户数。",
)  # fmt: skip
publish(
    "exited_households", "exited households", "已退出户", "household", count_of("exited"),
    "Registered households that have exited.", "已退出的建档立卡户数。",
)  # fmt: skip
publish(
    "exits_without_case", "exits without a complete case", "未经完整程序退出户", "household", count_of("exit_without_case"),
    "Exited households whose exit no complete case carries: steps, notice, objections and consent.",
    "已退出但没有完整退出案卷（步骤、公示、异议、认可）支持的户数。", overlap=("part of exited_households", "属于已退出户"),
)  # fmt: skip

# How they stand


def standing(word):
    """The households of one standing."""
    return lambda a: a.households.where(standing=word).count()


publish(
    "households_meeting", "households meeting the standard", "达标户", "household", standing("meets"),
    "Households known to meet the standard.", "已判定达到标准的户数。", bound="at_least",
)  # fmt: skip
publish(
    "households_in_need", "households in need", "需帮扶户", "household", standing("in_need"),
    "Households known to fall short of the standard in some part.", "已判定有项目未达标的户数。", bound="at_least",
)  # fmt: skip
publish(
    "households_to_check", "households to check", "待核查户", "household", standing("to_check"),
    "Households that cannot be judged before a visit.", "需先入户核查、尚不能判定的户数。",
)  # fmt: skip
publish(
    "persons_in_need", "persons in need", "需帮扶人口", "person", lambda a: a.households.where(standing="in_need").size.sum(),
    "The members of households in need.", "需帮扶户的家庭成员数。", scope=PERSONS, bound="at_least",
)  # fmt: skip


def judged(a):
    """Households whose income and size are known."""
    return a.households.where(known(a.households.income_meets_line))


def poor(a):
    """Households known to be below the line."""
    return a.households.where((~a.households.income_meets_line).else_(False))


publish(
    "headcount_ratio", "headcount ratio", "贫困发生率", "percent",
    lambda a: divide(poor(a).size.sum() * quantity(100, "percent"), judged(a).size.sum(), when_zero=unknown),
    "Persons below the poverty line, of every hundred (FGT 0).", "收入低于贫困线的人口占比（FGT0）。", scope=JUDGED, digits=2,
)  # fmt: skip


def severity(power):
    """The mean of the gap to a power over the persons."""

    def rule(a):
        rows = judged(a)
        gap = rows.poverty_gap_ratio
        term = gap if power == 1 else gap * gap
        return divide((term * rows.size).sum(), rows.size.sum(), when_zero=unknown)

    return rule


publish(
    "poverty_gap", "poverty gap", "贫困深度", "1", severity(1),
    "What persons lack to the poverty line, as a part of it, averaged over all persons (FGT 1).",
    "人口与贫困线的相对差距平均值（FGT1）。", scope=JUDGED, digits=6,
)  # fmt: skip
publish(
    "poverty_severity", "poverty severity", "贫困强度", "1", severity(2),
    "The square of what persons lack to the poverty line, averaged over all persons (FGT 2).",
    "人口与贫困线相对差距平方的平均值（FGT2）。", scope=JUDGED, digits=6,
)  # fmt: skip
publish(
    "income_gini", "Gini coefficient of income per head", "人均纯收入基尼系数", "1",
    lambda a: gini(a.households.net_income_per_head, ranks="middle", weights=a.households.size),
    "How unequal incomes per head are among persons: 0 is equality.", "人均纯收入分布的不均等程度，0为完全均等。",
    scope=JUDGED, digits=4,
)  # fmt: skip
publish(
    "quintile_share_ratio", "richest fifth to poorest fifth", "最高与最低五分之一人口收入比", "1",
    lambda a: qsr(a.households.net_income_per_head, weights=a.households.size),
    "Income of the fifth of persons with the highest income per head over that of the fifth with the lowest (S80/S20).",
    "人均纯收入最高的五分之一人口与最低的五分之一人口的收入之比（S80/S20）。", scope=JUDGED, digits=2,
)  # fmt: skip


def gap(part, variable, en, zh):
    """Who falls short in one part of the standard, and of whom it is not known."""
    publish(
        f"gap_{part}", f"gap: {en}", f"短板：{zh}", "household",
        lambda a: (~getattr(a.households, variable)).else_(False).count(),
        f"Households known to fall short in: {en}.", f"已知“{zh}”未达标的户数。", bound="at_least",
        overlap=("a household may have several gaps", "一户可有多项短板"),
    )  # fmt: skip
    publish(
        f"unknown_{part}", f"not known: {en}", f"待核查：{zh}", "household",
        lambda a: (~known(getattr(a.households, variable))).count(),
        f"Households of which it is not known: {en}.", f"“{zh}”情况未知的户数。",
    )  # fmt: skip


for one_part in PARTS:
    gap(*one_part)

# Income against the line


def year_figures(year):
    """Mean income per head of registered and exited households in one year, and the line of that year."""
    scope = (
        "households registered or exited on the day, with income known of every year; by the members they have on the day",
        "当日建档立卡户（含已退出户）中历年收入均已知的户，按当日家庭人口计算",
    )

    def income(a):
        rows = a.households.where(a.households.incomes_complete & a.households.ever_registered)
        return divide(getattr(rows, f"net_income_{year}").sum(), rows.size.sum(), when_zero=unknown)

    publish(
        f"income_per_head_{year}", f"income per head, {year}", f"{year}年人均纯收入", "CNY/person/year", income,
        f"Net income of the accounting year {year} divided by members.", f"{year}核算年度纯收入除以家庭人口。", scope=scope,
    )  # fmt: skip
    publish(
        f"line_{year}", f"poverty line, {year}", f"{year}年贫困线", "CNY/person/year",
        lambda a: parameters.line_of_year[str(year), "national"],
        f"The national poverty line of the accounting year {year}.", f"{year}核算年度的国家贫困线。",
    )  # fmt: skip


for one_year in YEARS:
    year_figures(one_year)

# What reached households


def paid(benefit, en, zh):
    """What was paid for one thing."""
    publish(
        f"paid_{benefit}", f"paid: {en}", f"已发放：{zh}", "CNY",
        lambda a: a.payments.where(benefit=benefit).amount.sum(),
        f"Paid to households: {en}.", f"向农户发放的{zh}。", scope=PAID,
    )  # fmt: skip


for one_benefit in (
    ("wage", "wages", "劳务工资"),
    ("rent", "rent of land", "土地流转资金"),
    ("price", "price of produce", "收购货款"),
    ("dividend", "dividends", "分红"),
    ("reward", "rewards", "以奖代补"),
    ("input_grant", "input grants", "生产奖补"),
):
    paid(*one_benefit)


def entitled(id, variable, en, zh, meaning, chinese):
    """What households are entitled to for the last closed accounting year."""
    publish(
        id, en, zh, "CNY", lambda a: getattr(a.households.where(known(getattr(a.households, variable))), variable).sum(),
        meaning, chinese, scope=("households of which it is known", "情况已知的农户"),
    )  # fmt: skip


publish(
    "benefit_pool", "benefit pool", "利益分配资金池", "CNY", lambda a: a.counties.benefit_pool.sum(),
    "What counties set aside for rewards and dividends of the last closed accounting year; nought below a county.",
    "各县为上一核算年度奖补和分红安排的资金；县级以下区域为零。", scope=("counties of the area", "本区域各县"),
)  # fmt: skip
entitled(
    "rewards",
    "reward",
    "rewards due",
    "应发奖补",
    "Rewards that households are entitled to.",
    "农户应得的以奖代补。",
)
entitled(
    "dividends", "dividend", "dividends due", "应发分红", "Shares in the dividend pool.", "农户应得的分红。"
)
entitled(
    "still_owed",
    "unpaid",
    "still owed",
    "应发未发",
    "Entitled to and not paid yet.",
    "应享而尚未发放的金额。",
)
