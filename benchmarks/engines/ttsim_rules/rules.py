"""The rules as ttsim's policy functions: scalars to look at, turned into functions of columns by the engine.

Rows are persons. A truth that may be unknown is 0 (false), 1 (unknown) or 2 (true), so that the smallest of several is their "and".
"""

from __future__ import annotations

from types import ModuleType

import numpy as np
from ttsim.tt import (
    AggType,
    PiecewisePolynomialParamValue,
    TTSIMUnit,
    agg_by_group_function,
    piecewise_polynomial,
    policy_function,
    policy_input,
    register_unit_builder_levels,
)
from ttsim.typing import BoolColumn, IntColumn

register_unit_builder_levels(["hh", "vil"])

PERSONS, MONEY = TTSIMUnit.COUNT.PER_HH, TTSIMUnit.CURRENCY.PER_HH


TRUTH = TTSIMUnit.INDICATOR.PER_HH
PLAIN = TTSIMUnit.DIMENSIONLESS


@policy_input(unit=PLAIN)
def p_id() -> int: ...


@policy_input(unit=PLAIN)
def hh_id() -> int: ...


@policy_input(unit=PLAIN)
def vil_id() -> int: ...


@policy_input(unit=TTSIMUnit.YEARS)
def age() -> int: ...


@policy_input(unit=TTSIMUnit.CURRENCY)
def wage() -> int: ...


@policy_input(unit=TTSIMUnit.INDICATOR)
def able() -> bool: ...


@policy_input(unit=PLAIN)
def insured() -> int: ...


@policy_input(unit=PLAIN)
def in_school() -> int: ...


@policy_input(unit=MONEY)
def business_hh() -> int: ...


@policy_input(unit=MONEY)
def transfer_hh() -> int: ...


@policy_input(unit=PLAIN)
def food_hh() -> int: ...


@policy_input(unit=PLAIN)
def clothing_hh() -> int: ...


@policy_input(unit=PLAIN)
def water_hh() -> int: ...


@policy_input(unit=PLAIN)
def housing_hh() -> int: ...


@policy_input(unit=TTSIMUnit.CURRENCY.PER_VIL)
def pool_vil() -> int: ...


@agg_by_group_function(agg_type=AggType.COUNT, unit=PERSONS)
def size_hh(hh_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=MONEY)
def wages_hh(wage: int, hh_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.MIN, unit=PLAIN, verify_units=False)
def education_hh(schooled: int, hh_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.MIN, unit=PLAIN, verify_units=False)
def health_hh(insured: int, hh_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.ANY, unit=TRUTH)
def has_worker_hh(able: bool, hh_id: int) -> bool: ...


@policy_function(unit=PLAIN, verify_units=False)
def schooled(age: int, in_school: int) -> int:
    if age >= 6 and age <= 15:
        return in_school
    else:
        return 2


@policy_function(unit=MONEY)
def income_hh(wages_hh: int, business_hh: int, transfer_hh: int) -> int:
    return wages_hh + business_hh + transfer_hh


@policy_function(unit=MONEY)
def need_hh(poverty_line: int, size_hh: int) -> int:
    return poverty_line * size_hh


@policy_function(unit=TRUTH)
def poor_hh(income_hh: int, need_hh: int) -> bool:
    return income_hh < need_hh


@policy_function(unit=TRUTH, verify_units=False)
def housing_safe_hh(housing_hh: int) -> bool:
    return housing_hh <= 1


@policy_function(unit=PLAIN, verify_units=False)
def standard_met_hh(
    poor_hh: bool, food_hh: int, clothing_hh: int, education_hh: int, health_hh: int, housing_safe_hh: bool, water_hh: int
) -> int:  # fmt: skip
    guarantees = min(min(min(food_hh, clothing_hh), min(education_hh, health_hh)), water_hh)
    if poor_hh or not housing_safe_hh:
        return 0
    else:
        return guarantees


@policy_function(unit=PERSONS, verify_units=False)
def dividend_weight_hh(poor_hh: bool, has_worker_hh: bool, size_hh: int) -> int:
    if poor_hh and not has_worker_hh:
        return size_hh
    else:
        return 0


@policy_function(unit=MONEY, vectorization_strategy="not_required", verify_units=False)
def dividend_hh(
    vil_id: IntColumn, hh_id: IntColumn, pool_vil: IntColumn, dividend_weight_hh: IntColumn
) -> IntColumn:
    """By largest remainder within each village, ties by the household's number."""
    head = np.flatnonzero(np.diff(hh_id, prepend=-1))
    some = head[dividend_weight_hh[head] > 0]
    of, weight, pool = vil_id[some], dividend_weight_hh[some], pool_vil[some]
    total = np.bincount(of, weight).astype(np.int64)[of]
    base, rest = np.divmod(pool * weight, total)
    left = pool - np.bincount(of, base).astype(np.int64)[of]
    order = np.lexsort((-rest, of))
    starts = np.flatnonzero(np.diff(of[order], prepend=-1))
    place = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
    base[order] += place < left[order]
    shared = np.zeros(int(hh_id.max()) + 1, np.int64)
    shared[hh_id[some]] = base
    return shared[hh_id]


@policy_function(unit=MONEY, verify_units=False)
def reward_hh(
    poor_hh: bool, has_worker_hh: bool, wages_hh: int, reward_tariff: PiecewisePolynomialParamValue, reward_cap: int, xnp: ModuleType
) -> float:  # fmt: skip
    if poor_hh and has_worker_hh:
        return min(piecewise_polynomial(x=wages_hh, parameters=reward_tariff, xnp=xnp), reward_cap)
    else:
        return 0


@policy_function(unit=TTSIMUnit.COUNT.PER_HH, verify_units=False)
def deprivations_hh(
    poor_hh: bool, food_hh: int, clothing_hh: int, education_hh: int, health_hh: int, housing_safe_hh: bool, water_hh: int
) -> int:  # fmt: skip
    of_the_told = (food_hh == 0) * 1 + (clothing_hh == 0) * 1 + (education_hh == 0) * 1 + (health_hh == 0) * 1
    return of_the_told + (water_hh == 0) * 1 + (not housing_safe_hh) * 1 + poor_hh * 1


@policy_function(unit=TRUTH, verify_units=False)
def deprived_hh(deprivations_hh: int) -> bool:
    return deprivations_hh * 3 >= 7


@policy_function(unit=PERSONS, verify_units=False)
def deprivations_counted_hh(deprived_hh: bool, deprivations_hh: int, size_hh: int) -> int:
    if deprived_hh:
        return deprivations_hh * size_hh
    else:
        return 0


@policy_function(unit=TTSIMUnit.CURRENCY, verify_units=False)
def income_per_head_hh(income_hh: int, size_hh: int) -> int:
    if income_hh >= 0:
        return (2 * income_hh + size_hh) // (2 * size_hh)
    else:
        return -((size_hh - 2 * income_hh) // (2 * size_hh))


@policy_function(unit=MONEY)
def shortfall_hh(need_hh: int, income_hh: int) -> int:
    return max(need_hh - income_hh, 0)


@policy_function(unit=PERSONS, verify_units=False)
def squared_gap_hh(shortfall_hh: int, poverty_line: int, size_hh: int) -> int:
    unit = poverty_line**2 // 10**6 * size_hh
    return (2 * shortfall_hh**2 + unit) // (2 * unit)


# What a household has once is summed over a village's heads of household: no group has groups for members.


@policy_function(unit=TTSIMUnit.INDICATOR, vectorization_strategy="not_required", verify_units=False)
def is_head(hh_id: IntColumn) -> BoolColumn:
    return np.diff(hh_id, prepend=-1) != 0


@policy_function(unit=TTSIMUnit.CURRENCY, verify_units=False)
def shortfall_of_head(is_head: bool, shortfall_hh: int) -> int:
    return is_head * shortfall_hh


@policy_function(unit=TTSIMUnit.COUNT, verify_units=False)
def squared_gap_of_head(is_head: bool, squared_gap_hh: int) -> int:
    return is_head * squared_gap_hh


@policy_function(unit=TTSIMUnit.COUNT, verify_units=False)
def deprivations_of_head(is_head: bool, deprivations_counted_hh: int) -> int:
    return is_head * deprivations_counted_hh


@agg_by_group_function(agg_type=AggType.COUNT, unit=TTSIMUnit.COUNT.PER_VIL)
def people_vil(vil_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_VIL, verify_units=False)
def poor_vil(poor_hh: bool, vil_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_VIL, verify_units=False)
def deprived_vil(deprived_hh: bool, vil_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.CURRENCY.PER_VIL, verify_units=False)
def shortfall_vil(shortfall_of_head: int, vil_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_VIL, verify_units=False)
def squared_gap_vil(squared_gap_of_head: int, vil_id: int) -> int: ...


@agg_by_group_function(agg_type=AggType.SUM, unit=TTSIMUnit.COUNT.PER_VIL, verify_units=False)
def deprivations_vil(deprivations_of_head: int, vil_id: int) -> int: ...


@policy_function(unit=PLAIN, verify_units=False)
def headcount_vil(poor_vil: int, people_vil: int) -> float:
    return poor_vil / people_vil


@policy_function(unit=PLAIN, verify_units=False)
def gap_vil(shortfall_vil: int, poverty_line: int, people_vil: int) -> float:
    return shortfall_vil / (poverty_line * people_vil)


@policy_function(unit=PLAIN, verify_units=False)
def severity_vil(squared_gap_vil: int, people_vil: int) -> float:
    return squared_gap_vil / (10**6 * people_vil)


@policy_function(unit=PLAIN, verify_units=False)
def deprived_headcount_vil(deprived_vil: int, people_vil: int) -> float:
    return deprived_vil / people_vil


@policy_function(unit=PLAIN, verify_units=False)
def adjusted_headcount_vil(deprivations_vil: int, people_vil: int) -> float:
    return deprivations_vil / (7 * people_vil)
