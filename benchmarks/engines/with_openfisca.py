"""The rules as variables of OpenFisca-core, or of PolicyEngine-core, which grew out of it and has the same names.

``with_openfisca.py DATA OUT openfisca_core|policyengine_core``. What neither can say, and how it is done instead: groups hold
persons, never households, so a village's share is worked out on arrays within a formula and its measures after the run; nothing
is unknown, so that -1 stands for it; money is whole numbers of 32 bits, so products are taken in 64.
"""

import sys
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
from measured import measured
from pyarrow import parquet
from register import read_register

ENGINE = sys.argv[3] if len(sys.argv) > 3 else "openfisca_core"
entities, parameters, periods, simulations, systems, variables = (
    import_module(f"{ENGINE}.{name}")
    for name in ("entities", "parameters", "periods", "simulations", "taxbenefitsystems", "variables")
)

ROLE = [{"key": "member", "plural": "members", "label": "member"}]
PERSON = entities.build_entity("person", "persons", "a person", is_person=True)
HOUSEHOLD = entities.build_entity("household", "households", "a household", roles=ROLE)
PERIOD = "2020"
SINCE = "2018-01-01"
STEPS = {0: 0, 400_000: 50_000, 1_000_000: 150_000, 3_000_000: 250_000}
PARAMETERS = {
    "poverty_line": {
        "values": {
            SINCE: {"value": 299_500},
            "2019-01-01": {"value": 321_800},
            "2020-01-01": {"value": 400_000},
        }
    },
    "reward_cap": {"values": {SINCE: {"value": 200_000}}},
    "reward": {
        "metadata": {"type": "single_amount"},
        "brackets": [
            {"threshold": {SINCE: {"value": wage}}, "amount": {SINCE: {"value": amount}}}
            for wage, amount in STEPS.items()
        ],
    },
}
GUARANTEES = ("food", "clothing", "education", "health", "housing_safe", "water")
MADE = (
    "size",
    "wages",
    "income",
    "education",
    "health",
    "has_worker",
    "poor",
    "housing_safe",
    "standard_met",
)
MADE += ("dividend_weight", "dividend", "reward", "deprivations", "deprived", "deprivations_counted")
MADE += ("income_per_head", "shortfall", "squared_gap")
THREE_VALUED = ("education", "health", "standard_met")


def all_of(truths):
    """0 where any is 0, else -1 where any is unknown, else 1."""
    lowest, any_false = np.minimum.reduce(truths), np.logical_or.reduce([one == 0 for one in truths])
    return np.where(any_false, 0, lowest)


def of_members(household, period, name, who=None):
    """The same over a household's members."""
    told = household.members(name, period)
    lacks, unknown = told == 0, told < 0
    if who is not None:
        lacks, unknown = lacks & who, unknown & who
    return np.where(household.any(lacks), 0, np.where(household.any(unknown), -1, 1))


def size(household, period, parameters):
    return household.nb_persons()


def wages(household, period, parameters):
    return household.sum(household.members("wage", period))


def income(household, period, parameters):
    return household("wages", period) + household("business", period) + household("transfer", period)


def education(household, period, parameters):
    age = household.members("age", period)
    return of_members(household, period, "in_school", (age >= 6) & (age <= 15))


def health(household, period, parameters):
    return of_members(household, period, "insured")


def has_worker(household, period, parameters):
    return household.any(household.members("able", period))


def need(household, period, parameters):
    return parameters(period).poverty_line * household("size", period)


def poor(household, period, parameters):
    return household("income", period) < household("need", period)


def housing_safe(household, period, parameters):
    return household("housing", period) <= 1


def standard_met(household, period, parameters):
    guarantees = [household(name, period).astype(np.int32) for name in GUARANTEES]
    return all_of([1 - household("poor", period).astype(np.int32), *guarantees])


def dividend_weight(household, period, parameters):
    return np.where(
        household("poor", period) & ~household("has_worker", period), household("size", period), 0
    )


def dividend(household, period, parameters):
    """By largest remainder within each village, ties by the household's number."""
    village, pool = household("village", period), household("pool", period)
    some = np.flatnonzero(household("dividend_weight", period))
    of, weight = village[some], household("dividend_weight", period)[some].astype(np.int64)
    total = np.bincount(of, weight).astype(np.int64)[of]
    base, rest = np.divmod(pool[some] * weight, total)
    left = pool[some] - np.bincount(of, base).astype(np.int64)[of]
    order = np.lexsort((-rest, of))
    starts = np.flatnonzero(np.r_[True, np.diff(of[order]) != 0])
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.r_[starts, len(order)]))
    base[order] += place < left[order]
    shared = np.zeros(len(village), np.int64)
    shared[some] = base
    return shared


def reward(household, period, parameters):
    law = parameters(period)
    step = np.minimum(law.reward.calc(household("wages", period), right=False), law.reward_cap)
    return np.where(household("poor", period) & household("has_worker", period), step, 0)


def deprivations(household, period, parameters):
    return sum((household(name, period) == 0).astype(np.int32) for name in GUARANTEES) + household(
        "poor", period
    )


def deprived(household, period, parameters):
    return household("deprivations", period) * 3 >= 7


def deprivations_counted(household, period, parameters):
    return np.where(
        household("deprived", period), household("deprivations", period) * household("size", period), 0
    )


def income_per_head(household, period, parameters):
    earned, members = household("income", period), np.maximum(household("size", period), 1)
    return np.sign(earned) * ((2 * np.abs(earned) + members) // (2 * members))


def shortfall(household, period, parameters):
    return np.maximum(household("need", period) - household("income", period), 0)


def squared_gap(household, period, parameters):
    unit = int(parameters(period).poverty_line) ** 2 // 10**6 * household("size", period).astype(np.int64)
    return (2 * household("shortfall", period).astype(np.int64) ** 2 + unit) // np.maximum(2 * unit, 1)


FORMULAS = {
    one.__name__: one for one in (
        size, wages, income, education, health, has_worker, need, poor, housing_safe, standard_met, dividend_weight, dividend,
        reward, deprivations, deprived, deprivations_counted, income_per_head, shortfall, squared_gap,
    )
}  # fmt: skip
TRUTHS = ("poor", "deprived", "has_worker", "able", "housing_safe", "clothing")
INPUTS = {
    PERSON: ("age", "wage", "able", "insured", "in_school"),
    HOUSEHOLD: ("village", "pool", "business", "transfer", "food", "clothing", "water", "housing"),
}


def variable(name, entity, formula=None):
    """A variable of a year."""
    body = {
        "value_type": bool if name in TRUTHS else int, "entity": entity, "definition_period": periods.YEAR, "label": name,
    }  # fmt: skip
    return type(name, (variables.Variable,), body | ({"formula": formula} if formula else {}))


def system():
    """The country's rules."""
    built = systems.TaxBenefitSystem([PERSON, HOUSEHOLD])
    built.parameters = parameters.ParameterNode("", data=PARAMETERS)
    for entity, names in INPUTS.items():
        for name in names:
            built.add_variable(variable(name, entity))
    for name, formula in FORMULAS.items():
        built.add_variable(variable(name, HOUSEHOLD, formula))
    return built


SYSTEM = system()


def column(table, name):
    """A column as an array: the unknown is -1, a text its place in the alphabet."""
    found = table[name]
    if pa.types.is_string(found.type) or pa.types.is_large_string(found.type):
        codes = found.dictionary_encode().combine_chunks()
        places = np.array([ord(one) - ord("A") for one in codes.dictionary.to_pylist()])
        return places[codes.indices.to_numpy(zero_copy_only=False)].astype(np.int32)
    if pa.types.is_boolean(found.type) and name not in TRUTHS:
        return found.cast(pa.int8()).fill_null(-1).to_numpy().astype(np.int32)
    return found.to_numpy()


def simulation(areas, households, persons):
    """The population with everything that is known of it."""
    builder = simulations.SimulationBuilder()
    builder.create_entities(SYSTEM)
    builder.declare_person_entity("person", np.arange(len(persons)))
    group = builder.declare_entity("household", np.arange(len(households)))
    builder.join_with_persons(
        group, persons["household"].to_numpy(), np.full(len(persons), "member") if ENGINE == "openfisca_core" else ["member"] * len(persons)
    )  # fmt: skip
    built = builder.build(SYSTEM)
    pools = areas["pool"].to_numpy()[households["village"].to_numpy()]
    for name in INPUTS[PERSON]:
        built.set_input(name, PERIOD, column(persons, name))
    for name in INPUTS[HOUSEHOLD]:
        built.set_input(name, PERIOD, pools if name == "pool" else column(households, name))
    return built


def villages(areas, village, found):
    """The measures of each village: no entity of the engine's sums households, so they are summed as arrays."""
    size = found["size"].astype(np.int64)

    def total(values):
        return np.bincount(village, values, len(areas))

    people = total(size)
    return {
        "code": areas["code"],
        "dividend_pool": areas["pool"],
        "people": people.astype(np.int64),
        "headcount": total(size * found["poor"]) / people,
        "gap": total(found["shortfall"]) / (400_000 * people),
        "severity": total(found["squared_gap"]) / (1e6 * people),
        "deprived_headcount": total(size * found["deprived"]) / people,
        "adjusted_headcount": total(found["deprivations_counted"]) / (7 * people),
    }


def run(register, out):
    """Works everything out, writes both tables."""
    areas, households, persons = register
    population = simulation(areas, households, persons)
    found = {name: population.calculate(name, PERIOD) for name in MADE}
    village = households["village"].to_numpy()
    written = {"code": households["code"], "area": households["area"]}
    for name, values in found.items():
        written[name] = pa.array(values == 1, mask=values < 0) if name in THREE_VALUED else pa.array(values)
    parquet.write_table(pa.table(written), out / "households.parquet", compression="zstd")
    parquet.write_table(
        pa.table(villages(areas, village, found)), out / "villages.parquet", compression="zstd"
    )


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]), read_register)
