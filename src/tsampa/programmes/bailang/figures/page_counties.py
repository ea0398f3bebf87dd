"""The page's numbers of the other counties (B1 to D1, F1), each counted from records."""

from tsampa.rules import figure, quantity

SOURCE = "The page on Bailang, mid-2020"
BASU, NIMU, CHENGGUAN = "540326", "540123", "540102"
WANGBI, JIDA, JIBA = "540326100205", "540326207", "540581207"
IN_BASU, IN_NIMU = ("Basu", "八宿县"), ("Nimu", "尼木县")
WORKSHOP = ("Basu handicraft clothing workshop", "八宿县服饰加工厂培训")


def page(area, scope, id, en, zh, unit, rule, meaning, chinese, *, bound="equal", overlap=("", "")):
    """Declares one number of the page, published for the area it speaks of."""
    rule.__doc__ = f"{meaning}\n\n{chinese}"
    figure(id, en=en, zh=zh, unit=unit, scope=scope, source=SOURCE, bound=bound, overlap=overlap, area=area)(
        rule
    )


def donated(rows, purpose):
    """Receipts or deliveries of donations for one purpose."""
    return rows.where((rows.donation.purpose == purpose).else_(False))


def of_session(rows, kind):
    """Topics, attendances or results of the sessions of one kind."""
    return rows.where(rows.session.kind == kind)


# B1: buses

page(
    BASU, IN_BASU, "B1.organisations", "organisations that gave for buses", "捐资购车组织", "donor",
    lambda a: a.donations.where(purpose="transport").organisation.code.distinct("donor"),
    "Different organisations that gave for the transport of resettled people.",
    "为搬迁群众出行捐资的不同组织数。",
)  # fmt: skip
page(
    BASU, IN_BASU, "B1.donated", "money received for buses", "购车捐资", "CNY",
    lambda a: donated(a.donation_receipts, "transport").amount.sum(),
    "Money received of donations for the transport of resettled people.",
    "为搬迁群众出行收到的捐款。",
    overlap=("its scope differs from B3.donated_total", "与累计捐款捐物的统计口径不同"),
)  # fmt: skip
page(
    BASU, ("Basu resettlement sites", "八宿县易地搬迁安置点"), "B1.buses", "new-energy buses", "新能源客车", "vehicle",
    lambda a: a.deliveries.where(product="bus").pieces.sum() * quantity(1, "vehicle/piece"),
    "Buses delivered, for people moved to the resettlement sites.",
    "交付易地扶贫搬迁点使用的客车数。",
)  # fmt: skip

# B2: training to order

page(
    BASU, WORKSHOP, "B2.trained", "people trained", "培训人数", "person",
    lambda a: of_session(a.attendances, "skills_training").person.code.distinct("person"),
    "Different persons who attended the skills training.",
    "参加技能培训的不同人员数。",
    overlap=("placed, self-employed and no stated outcome add up to it", "等于转移就业、自主创业与未说明去向之和"),
)  # fmt: skip


def outcome(id, word, en, zh, meaning, chinese):
    """The trainees of one outcome."""
    page(
        BASU, WORKSHOP, id, en, zh, "person",
        lambda a: a.training_outcomes.where(outcome=word).person.code.distinct("person"),
        meaning, chinese, overlap=("part of B2.trained", "属于培训人数的一部分"),
    )  # fmt: skip


outcome(
    "B2.placed",
    "placed",
    "trainees placed in jobs",
    "转移就业",
    "Trainees who found a job.",
    "参训后转移就业的人数。",
)
outcome(
    "B2.self_employed", "self_employed", "trainees self-employed", "自主创业",
    "Trainees who started a business.", "参训后自主创业的人数。",
)  # fmt: skip
outcome(
    "B2.no_stated_outcome", "not_stated", "trainees without a stated outcome", "未说明去向",
    "Trainees of whom nothing is said; not on the page, what is left of 78 after 25 and 18.",
    "未说明去向的人数；版面未载，由78减25减18得出。",
)  # fmt: skip


def gains(a):
    """What those with work gained in a year."""
    found = a.training_outcomes
    with_work = found.where(found.outcome.is_in("placed", "self_employed"))
    return with_work.income_after - with_work.income_before


def gain(id, bound, how, en, zh, meaning, chinese):
    """The least or the greatest gain."""
    page(
        BASU, WORKSHOP, id, en, zh, "CNY/person/year", lambda a: getattr(gains(a), how)(), meaning, chinese, bound=bound,
        overlap=("the page does not say over whom; here over those with work", "版面未说明统计对象，此处为已就业和创业人员"),
    )  # fmt: skip


gain(
    "B2.income_gain_low", "at_least", "min", "least gain in yearly income", "年人均增收（低）",
    "The least gain in yearly income among trainees with work.", "参训后就业创业人员年增收的最低值。",
)  # fmt: skip
gain(
    "B2.income_gain_high", "at_most", "max", "greatest gain in yearly income", "年人均增收（高）",
    "The greatest gain in yearly income among trainees with work.", "参训后就业创业人员年增收的最高值。",
)  # fmt: skip

# B3: enterprises and villages

IN_WANGBI = ("Basu Wangbi village", "八宿县白玛镇旺比村")
page(
    WANGBI, IN_WANGBI, "B3.village_dividend", "dividend paid in the village", "村分红", "CNY",
    lambda a: a.payments.where(benefit="dividend").amount.sum(),
    "Dividends paid to households of the village.", "兑现给本村农户的分红。",
    bound="at_least", overlap=("part of B3.village_benefit", "包含在产业带动受益之内"),
)  # fmt: skip
page(
    WANGBI, IN_WANGBI, "B3.village_benefit", "benefit paid in the village", "产业带动受益", "CNY",
    lambda a: a.payments.amount.sum(),
    "All payments to households of the village. The page does not say whether it contains the dividend; here it does.",
    "兑现给本村农户的全部款项。版面未说明是否包含分红，此处包含。",
    bound="at_least", overlap=("contains B3.village_dividend", "包含村分红"),
)  # fmt: skip
page(
    BASU, IN_BASU, "B3.pigs", "pigs given", "发放生猪", "pig",
    lambda a: a.deliveries.where(product="pig").pieces.sum() * quantity(1, "pig/piece"),
    "Pigs given to registered households.", "免费发放给建档立卡户的生猪数。",
    overlap=("their worth is part of B3.donated_total", "其价值包含在累计捐款捐物之内"),
)  # fmt: skip
IN_JIDA = ("Basu Jida township", "八宿县吉达乡")
page(
    JIDA, IN_JIDA, "B3.jida_firms", "firms that gave", "捐款企业", "donor",
    lambda a: a.donations.organisation.code.distinct("donor"),
    "Different firms that gave to registered households of the township.", "向本乡建档立卡户捐款的不同企业数。",
)  # fmt: skip
page(
    JIDA, IN_JIDA, "B3.jida_donated", "money given", "企业捐款", "CNY", lambda a: a.donation_receipts.amount.sum(),
    "Money received of donations to the township.", "本乡收到的捐款。",
    overlap=("part of B3.donated_total", "包含在累计捐款捐物之内"),
)  # fmt: skip
page(
    BASU, ("Basu registered households", "八宿县建档立卡户"), "B3.donated_total", "money and goods given", "累计捐款捐物", "CNY",
    lambda a: donated(a.deliveries, "households").worth.sum(),
    "Worth of the money and goods delivered to registered households.", "送达建档立卡户的捐款和物资的价值。",
    bound="at_least", overlap=("its scope differs from B1.donated", "与购车捐资的统计口径不同"),
)  # fmt: skip

# C: the course in Nimu, the standard, acceptance

page(
    NIMU, IN_NIMU, "C1.days", "days of the course", "培训天数", "day", lambda a: a.sessions.where(kind="course").days.sum(),
    "Days of the course.", "培训班的天数。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C1.participants", "village staff in the course", "参训村级专干", "person",
    lambda a: of_session(a.attendances, "course").staff_member.code.distinct("person"),
    "Different village staff who attended the course.", "参加培训班的不同村级专干人数。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C1.topics", "topics of the course", "培训内容", "topic",
    lambda a: of_session(a.session_topics, "course").count(),
    "Topics of the course: policy, exit procedure, dynamic management, acceptance.",
    "培训内容：政策落实、退出程序、动态管理、成效验收。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C1.knowledge_gaps", "dimensions of the course's test", "短板维度", "gap",
    lambda a: of_session(a.test_results, "course").dimension.distinct("gap"),
    "Different dimensions in which staff were tested: knowledge, interpretation, operation.",
    "测试的不同维度数：学习、领会、操作。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C2.standard_assurances", "assurances of the standard", "两不愁", "assurance",
    lambda a: a.criteria.where(kind="assurance").count() * quantity(1, "assurance/record"),
    "Assurances among the criteria in force.", "现行标准中“两不愁”的项数。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C2.standard_guarantees", "guarantees of the standard", "三保障", "guarantee",
    lambda a: a.criteria.where(kind="guarantee").count() * quantity(1, "guarantee/record"),
    "Guarantees among the criteria in force.", "现行标准中“三保障”的项数。",
)  # fmt: skip
page(
    NIMU, IN_NIMU, "C5.acceptance_tests", "kinds of acceptance test", "验收方式", "test",
    lambda a: a.inspections.kind.distinct("test"),
    "Different kinds of inspection: look, quiz, ask, audit.", "检查的不同方式数：看、考、问、查。",
)  # fmt: skip

# D1 and F1

page(
    CHENGGUAN, ("Lhasa Chengguan Jiacha courtyard", "拉萨市城关区加扎大院"), "D1.responsibility_levels",
    "levels of responsibility", "三包层级", "level", lambda a: a.assignments.level.distinct("level"),
    "Different levels at which staff are responsible: area, household, person.", "责任到人的层级数：包片、包户、包人。",
)  # fmt: skip
page(
    JIBA, ("Cuona Jiba township", "错那吉巴乡"), "F1.outreach_sessions", "outreach sessions", "宣讲活动", "session",
    lambda a: a.sessions.where(kind="outreach").count(),
    "Outreach sessions held in the township.", "在本乡开展的宣讲次数。",
    bound="at_least",
)  # fmt: skip
