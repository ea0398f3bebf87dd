"""Assistance: one measure proposed for each open gap."""

from tsampa.rules import formula, household

PLAN = "The page on Bailang, A7 and C2: one household, one plan"
SINCE = "2015-10-01"


@formula(household, en="income support", zh="增收帮扶", since=SINCE, source=PLAN)
def income_support(h):
    """Proposed where income is below the line: a job, an order, a lease or shares.

    收入未达到贫困线的，建议落实就业、订单、流转或入股等增收措施。
    """
    return ~h.income_meets_line


@formula(household, en="food support", zh="食物保障", since=SINCE, source=PLAN)
def food_support(h):
    """Proposed where food is a worry.

    食物没有保障的，建议给予食物帮扶。
    """
    return ~h.food


@formula(household, en="clothing support", zh="衣着保障", since=SINCE, source=PLAN)
def clothing_support(h):
    """Proposed where clothing is a worry.

    衣着没有保障的，建议给予衣被帮扶。
    """
    return ~h.clothing


@formula(household, en="back to school", zh="控辍保学", since=SINCE, source=PLAN)
def dropout_prevention(h):
    """Proposed where a member of school age is out of school.

    有适龄成员未在校的，建议开展控辍保学。
    """
    return ~h.education


@formula(household, en="health insurance enrolment", zh="参保帮扶", since=SINCE, source=PLAN)
def health_enrolment(h):
    """Proposed where a member lacks one of the two insurances.

    有成员未参加基本医疗保险或大病保险的，建议帮助参保。
    """
    return ~h.health_coverage


@formula(household, en="housing repair", zh="住房维修加固", since=SINCE, source=PLAN)
def housing_repair(h):
    """Proposed for a dwelling of grade C.

    房屋为 C 级的，建议维修加固。
    """
    return h.housing_grade == "C"


@formula(household, en="housing rebuilding", zh="住房拆除重建", since=SINCE, source=PLAN)
def housing_rebuilding(h):
    """Proposed for a dwelling of grade D.

    房屋为 D 级的，建议拆除重建或易地搬迁。
    """
    return h.housing_grade == "D"


@formula(household, en="water works", zh="饮水工程", since=SINCE, source=PLAN)
def water_works(h):
    """Proposed where water falls short.

    饮水不达标的，建议实施饮水工程。
    """
    return ~h.safe_water
