"""Measures as figures: by hand on registers of a few rows, and as ``tsampa.measures`` gives them of the same columns."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from figures.registers import DAY, DESIGNED, FIGURES, LINE, TABLES, freeze, household, publish, sample
from rules.builders import AREAS, counted, declared_by, parameters_of, rulebook_of, variable
from tsampa import measures
from tsampa.assessment import Assessment
from tsampa.errors import TsampaError
from tsampa.figures import canonical_figures, compute_figures, compute_level, trace_figure
from tsampa.figures import measured as measured_room
from tsampa.rules import alkire_foster, divide, fgt, gini, parameters, unknown
from tsampa.rules.load import build_rulebook
from tsampa.rules.reference import Reference
from tsampa.rules.serial import decode_rulebook, encode_rulebook, tree_of
from tsampa.schema import AreaLevels, Label, build_schema

if TYPE_CHECKING:
    from collections.abc import Callable


def values(assessment: Assessment, **where: Any) -> dict[str, Decimal | None]:
    return {one.id: one.value for one in compute_figures(assessment, **where)}  # type: ignore[misc]


# by hand

FOUR = [
    household("h1", "v1", 20, 2, dry=True, dark=True),
    household("h2", "v1", 60, 1, dry=True, dark=False),
    household("h3", "v1", 100, 4, dry=False, dark=False),
    household("h4", "v2", 120, 1, dry=False, dark=False),
]


def test_measures_are_what_a_pencil_gives(tmp_path: Path) -> None:
    found = values(publish(FOUR, FIGURES, tmp_path))
    # Of 8 people 2 lack 80 of 100, one lacks 40; whoever stands on the line is not poor.
    assert found["poor"] == Decimal("0.375000")
    assert found["gap"] == Decimal("0.250000")
    assert found["severity"] == Decimal("0.180000")
    assert found["watts"] == Decimal(repr(round((2 * log(5) + log(100 / 60)) / 8, 6)))
    # All differences, twice: 2·1·40 + 2·4·80 + 2·1·100 + 1·4·40 + 1·1·60 + 4·1·20 = 1220; over 8 people who have 620.
    assert found["gini"] == Decimal(repr(round(1220 / (8 * 620), 6)))
    assert found["qsr"] == Decimal("3.000000")  # the quintiles are 20 and 100
    assert found["relative"] == Decimal("0.250000")  # the median of four is 60, and its share 36
    assert found["h"] == Decimal("0.375000")
    assert found["m0"] == Decimal("0.312500")
    assert found["a"] == Decimal("0.833333")
    assert found["dry"] == Decimal("0.375000")


def test_each_area_is_measured_by_itself(tmp_path: Path) -> None:
    assessment = publish(FOUR, FIGURES, tmp_path)
    village = {(one.area, one.id): one for one in compute_level(assessment, "village")}
    assert village["v1", "poor"].text == "0.428571"
    assert village["v2", "poor"].text == "0.000000"
    assert village["v2", "a"].value is None  # nobody is poor there
    assert village["v3", "poor"].value is None  # nobody lives there
    assert [one.id for one in compute_level(assessment, "village")][: len(FIGURES)] == sorted(FIGURES)
    assert values(assessment, area="v1")["poor"] == village["v1", "poor"].value


def test_what_is_unknown_is_counted_apart(tmp_path: Path) -> None:
    rows = [*FOUR, household("h5", "v1", None, 3), household("h6", "v1", 10, None, dry=True, dark=True)]
    found = {one.id: one for one in compute_figures(publish(rows, FIGURES, tmp_path))}
    without = values(publish(FOUR, FIGURES, tmp_path / "without"))
    for id, one in found.items():
        assert one.sureness is not None
        if id != "relative":  # it is not weighted, and so knows of h6
            assert (one.value, one.sureness.n, one.sureness.unknown) == (without[id], 4, 2), id
    assert found["relative"].sureness.unknown == 1  # type: ignore[union-attr]
    assert all(one.to_dict()["not_known"] for one in found.values())
    nobody = [household("h1", "v1", None), household("h2", "v1", None)]
    for one in compute_figures(publish(nobody, FIGURES, tmp_path / "nobody")):
        assert (one.value, one.sureness and one.sureness.unknown) == (None, 2)


def test_a_condition_leaves_rows_out_and_an_unknown_one_leaves_them_open(tmp_path: Path) -> None:
    rows = [dict(row, listed=listed) for row, listed in zip(FOUR, (True, True, False, None), strict=True)]

    def listed_gap(a: Any) -> Any:
        homes = a.households.where(listed=True)
        return fgt(homes.income, parameters.line, 1, weights=homes.heads)

    assessment = publish(rows, {"gap": listed_gap}, tmp_path)
    (one,) = compute_figures(assessment)
    assert one.text == "0.666667"
    assert (one.sureness.n, one.sureness.unknown) == (2, 1)  # type: ignore[union-attr]
    (part,) = trace_figure(assessment, "gap").parts
    assert [row["code"] for row in part.rows] == ["h1", "h2"]
    assert [row["code"] for row in part.undecided] == ["h4"]


def test_a_quotient_is_measured_as_the_quotient_it_is(tmp_path: Path) -> None:
    each = variable(lambda h: divide(h.income, h.heads, when_zero=unknown), "CNY/person/year", name="each")
    rows = [household("h1", "v1", 1, 3), household("h2", "v1", 1, 3), household("h3", "v1", 2, 7)]
    rule = {"gini": lambda a: gini(a.households.each, weights=a.households.heads, ranks="middle")}
    found = values(publish(rows, rule, tmp_path, declares=[each]))
    direct = measures.gini([1 / 3, 1 / 3, 2 / 7], weights=[3, 3, 7], ranks="middle")
    assert found["gini"] == Decimal(round(Fraction(direct.value) * 10**6)).scaleb(-6)  # type: ignore[arg-type]


def test_a_number_too_long_for_a_float_is_rounded_once(tmp_path: Path) -> None:
    each = variable(lambda h: h.vast / 3, "1", name="each", digits=2)
    rows = [household("h1", "v1", 1, vast=2**53 + 1), household("h2", "v1", 1, vast=3)]
    assessment = publish(rows, {"gini": lambda a: gini(a.households.each)}, tmp_path, declares=[each])
    incomes = [row["income"] for row in trace_figure(assessment, "gini").parts[0].rows]
    assert incomes == [(2**53 + 1) / 3, 1.0]
    assert incomes[0] != float(2**53 + 1) / 3


# standard errors


@pytest.mark.parametrize("id", DESIGNED)
def test_a_sample_has_the_standard_error_that_the_measure_gives_of_its_columns(
    id: str, tmp_path: Path
) -> None:
    def rule(a: Any) -> Any:
        h = a.households
        return DESIGNED[id](h, {"weights": h.heads, "strata": h.area, "clusters": h.ward})

    rows = sample()
    (one,) = compute_figures(publish(rows, {"answer": rule}, tmp_path))
    direct = plainly(id, rows)
    assert direct.se
    low, high = direct.ci()  # type: ignore[misc]
    expected = [f"{round(Fraction(x) * 10**6) / 10**6:.6f}" for x in (direct.value, direct.se, low, high)]
    told = one.to_dict()
    assert [told[name] for name in ("value", "se", "low", "high")] == expected
    assert (told["n"], told["not_known"]) == (direct.n, direct.unknown)
    assert one.interval == f"{expected[2]} … {expected[3]}"


def plainly(id: str, rows: list[dict[str, Any]]) -> measures.Estimate:
    income = [row["income"] / 100 for row in rows]
    design = {
        "strata": [row["area"] for row in rows], "clusters": [row["ward"] for row in rows],
    }  # fmt: skip
    heads = [row["heads"] for row in rows]
    if id == "h":
        columns = {name: [row[name] for row in rows] for name in ("dry", "dark")}
        return measures.alkire_foster_estimate(
            columns, {"dry": 1, "dark": 1}, "1/2", "headcount", population=heads, **design
        )  # type: ignore[return-value,arg-type]
    work: dict[str, Any] = {
        "fgt": lambda **s: measures.fgt(income, 100, 2, **s), "watts": lambda **s: measures.watts(income, 100, **s),
        "gini": lambda **s: measures.gini(income, **s), "theil": lambda **s: measures.theil(income, **s),
        "qsr": lambda **s: measures.qsr(income, **s), "relative": lambda **s: measures.at_risk_of_poverty(income, **s),
    }  # fmt: skip
    return work[id](weights=heads, **design)  # type: ignore[no-any-return]


def test_a_register_has_no_standard_error(tmp_path: Path) -> None:
    for one in compute_figures(publish(sample(), FIGURES, tmp_path)):
        assert one.sureness is not None
        assert (one.sureness.se, one.interval) == (None, None)


def test_a_row_without_a_known_place_in_the_sample_is_not_judged(tmp_path: Path) -> None:
    rule = {"gini": lambda a: gini(a.households.income, clusters=a.households.ward)}
    rows = sample()
    lost = [dict(row, ward=None) if index in (3, 4) else row for index, row in enumerate(rows)]
    (one,) = compute_figures(publish(lost, rule, tmp_path))
    left = [row for index, row in enumerate(rows) if index not in (3, 4)]
    (same,) = compute_figures(publish(left, rule, tmp_path / "left"))
    assert one.value == same.value
    assert one.sureness is not None
    assert same.sureness is not None
    assert (one.sureness.se, one.sureness.unknown) == (same.sureness.se, 2)


# the same bytes


COUNTIES = [
    {"code": "n", "name": "N", "level": "province", "parent": None},
    *({"code": f"c{c}", "name": f"C{c}", "level": "county", "parent": "n"} for c in range(4)),
    *(
        {"code": f"c{c}v{v}", "name": f"V{v}", "level": "village", "parent": f"c{c}"}
        for c in range(4)
        for v in range(3)
    ),
]


def province(rows: list[dict[str, Any]], partition: str, folder: Path) -> Assessment:
    """A province of four counties, its files cut at the level of ``partition``."""
    folder.mkdir()
    (folder / "tables.yaml").write_text(yaml.safe_dump({"tables": TABLES}), encoding="utf-8")
    levels = {"province": ("province", "省"), "county": ("county", "县"), "village": ("village", "村")}
    schema = build_schema("CNY", 2, AreaLevels(levels, partition), tables=[folder / "tables.yaml"])
    figures = [counted(rule, "1", id=id, digits=9) for id, rule in ALL_FIGURES.items()]
    size = variable(lambda h: h.members.count(), "person", name="size")
    rulebook = build_rulebook(
        declared_by(size, *figures), schema, parameters_of(LINE, schema, folder), programme="test", label=Label("t", "试"),
        folder=Path(__file__).parent,
    )  # fmt: skip
    return freeze(rulebook, {"areas": COUNTIES, "households": rows}, folder)


ALL_FIGURES = FIGURES | {
    f"sampled_{id}": (lambda a, id=id: DESIGNED[id](
        a.households, {"weights": a.households.heads, "strata": a.households.area, "clusters": a.households.ward}
    )) for id in DESIGNED
}  # fmt: skip


def test_figures_are_the_same_bytes_whatever_the_partitions_order_and_batches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [
        dict(row, code=f"h{index * 7919 % 1000:04}", area=f"c{index % 4}v{index % 3}") for index, row in enumerate(sample(300))
    ]  # fmt: skip
    found = []
    for place, (partition, batch, made) in enumerate(
        [("county", 500_000, rows), ("county", 10, rows[::-1]), ("province", 500_000, rows), ("village", 60, rows[::-1])]
    ):  # fmt: skip
        monkeypatch.setattr(measured_room, "BATCH", batch)
        one = province(made, partition, tmp_path / str(place))
        levels = [canonical_figures(compute_level(one, level)) for level in ("province", "county", "village")]
        single = canonical_figures(compute_figures(one, area="c2"))
        text = b"".join([*levels, single]).replace(one.snapshot.id.encode(), b"")
        found.append(text.replace(one.rulebook.version.encode(), b""))
    assert len(found[0]) > 10_000
    assert found[0] == found[1] == found[2] == found[3]


# against the reference engine, on anything

ROWS = st.lists(
    st.fixed_dictionaries({
        "area": st.sampled_from(["v1", "v2", "v3"]), "income": st.sampled_from([None, -3, 0, 20, 70, 99, 100, 250, 400]),
        "heads": st.sampled_from([None, 0, 1, 1, 2, 3, 4]), "dry": st.sampled_from([None, True, False]),
        "dark": st.sampled_from([None, True, False]), "listed": st.sampled_from([None, True, True, False]),
        "ward": st.sampled_from([None, "w1", "w2", "w3"]),
    }), max_size=16,
)  # fmt: skip


def test_both_engines_give_the_same_of_any_rows(tmp_path: Path) -> None:
    def listed(id: str) -> Any:
        def rule(a: Any) -> Any:
            h = a.households.where(listed=True)
            return DESIGNED[id](h, {"weights": h.heads, "clusters": h.ward})

        return rule

    rules = ALL_FIGURES | {f"listed_{id}": listed(id) for id in DESIGNED}
    seen: set[str] = set()
    empty = publish([], rules, tmp_path)
    places = iter(range(1000))

    @settings(max_examples=14, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(ROWS)
    def run(drawn: list[dict[str, Any]]) -> None:
        rows = [household(f"h{index}", **row) for index, row in enumerate(drawn)]
        folder = tmp_path / f"run{next(places)}"
        folder.mkdir()
        tables = {"areas": AREAS, "households": rows}
        assessment = freeze(empty.rulebook, tables, folder)
        register = {table.name: tables.get(table.name, []) for table in empty.rulebook.schema.tables}
        reference = Reference(empty.rulebook, DAY, register)
        for level in ("county", "village"):
            for one in compute_level(assessment, level):
                exact: Any = reference.figure(one.id, one.area)
                expected = None if exact is None else Decimal(round(exact * 10**6)).scaleb(-6)
                assert one.value == expected, (one.id, one.area)
                seen.add(f"{one.id} {'unknown' if exact is None else 'known'}")

    run()
    assert {f"{id} {word}" for id in rules for word in ("known", "unknown")} == seen


# traces


def test_a_traced_measure_is_measured_again_from_its_rows(tmp_path: Path) -> None:
    rows = [*sample(), household("h999", "v1", None, ward="w1")]
    assessment = publish(rows, ALL_FIGURES, tmp_path)
    found = trace_figure(assessment, "sampled_gini")
    (part,) = found.parts
    assert (part.how, part.entity, len(part.rows), [row["code"] for row in part.undecided]) == ("gini", "household", 60, ["h999"])  # fmt: skip
    table = found.rows()
    again = measures.gini(table.column("income"), weights=table.column("weight"))
    assert round(Fraction(again.value), 6) == Fraction(found.value.value)  # type: ignore[arg-type]
    assert set(part.rows[0]) == {"code", "counted", "income", "weight", "stratum", "cluster"}
    assert [one["name"] for one in trace_figure(assessment, "gap").parameters] == ["line"]
    deprived = trace_figure(assessment, "m0").parts[0].rows
    assert {type(row["dry"]) for row in deprived} == {bool}
    found.write_csv(tmp_path / "rows.csv")
    assert len((tmp_path / "rows.csv").read_text(encoding="utf-8").splitlines()) == 62


# kept and refused


def test_a_rulebook_with_measures_is_kept_and_read_back_to_the_same(tmp_path: Path) -> None:
    rulebook = publish(FOUR, ALL_FIGURES, tmp_path).rulebook
    again = decode_rulebook(encode_rulebook(rulebook))
    assert again.version == rulebook.version
    for id, one in rulebook.figures.items():
        assert tree_of(one.node) == tree_of(again.figures[id].node)


WRONG: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "part of a sum": ("figure-measure-part", lambda a: gini(a.households.income) + 1),
    "compared": ("figure-measure-part", lambda a: gini(a.households.income) > gini(a.households.income)),
    "income of one row": ("figure-measure-rows", lambda a: gini(parameters.line)),
    "weights of other rows": ("figure-measure-rows", lambda a: gini(a.households.income, weights=a.persons.count())),
    "rows filtered differently": ("figure-measure-rows", lambda a: gini(a.households.where(listed=True).income, weights=a.households.heads)),
    "income that is a truth": ("rule-kind", lambda a: gini(a.households.dry)),
    "line in another unit": ("rule-wrong-unit", lambda a: fgt(a.households.income, a.households.heads)),
    "line below nought": ("figure-measure-line", lambda a: fgt(a.households.income, a.households.income)),
    "bare line": ("rule-bare-money", lambda a: fgt(a.households.income, 100)),
    "weights below nought": ("figure-measure-weights", lambda a: gini(a.households.income, weights=a.households.income)),
    "a stratum that is a number": ("rule-kind", lambda a: gini(a.households.income, strata=a.households.heads)),
    "alpha of a float": ("rule-float", lambda a: fgt(a.households.income, parameters.line, 1.5)),  # type: ignore[arg-type]
    "alpha below nought": ("figure-measure-constant", lambda a: fgt(a.households.income, parameters.line, -1)),
    "alpha of a row": ("figure-measure-constant", lambda a: fgt(a.households.income, parameters.line, a.households.heads)),
    "a cutoff above one": ("figure-measure-constant", lambda a: alkire_foster({"dry": a.households.dry}, 2).mpi),
    "a cutoff in money": ("rule-wrong-unit", lambda a: alkire_foster({"dry": a.households.dry}, parameters.line).mpi),
    "no indicators": ("figure-measure-indicators", lambda a: alkire_foster({}, "1/2").mpi),
    "shares below nought": ("figure-measure-indicators", lambda a: alkire_foster({"dry": a.households.dry}, "1/2", shares={"dry": -1}).mpi),
    "an indicator that is a number": ("rule-kind", lambda a: alkire_foster({"dry": a.households.heads}, "1/2").mpi),
    "an unknown indicator": ("figure-measure-form", lambda a: alkire_foster({"dry": a.households.dry}, "1/2").censored("dark")),
    "unknown ranks": ("figure-measure-form", lambda a: gini(a.households.income, ranks="lower")),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("title", WRONG)
def test_misuse_is_refused_when_the_figure_is_loaded(title: str, tmp_path: Path) -> None:
    code, rule = WRONG[title]
    with pytest.raises(TsampaError) as caught:
        publish([], {"answer": rule}, tmp_path)
    assert caught.value.code == code
    assert "figure answer" in caught.value.where
    assert caught.value.remedy


def test_the_unit_of_a_measure_is_none(tmp_path: Path) -> None:
    declare = counted(lambda a: gini(a.households.income), "percent")
    with pytest.raises(TsampaError) as caught:
        rulebook_of(declare, folder=tmp_path, tables=TABLES)
    assert caught.value.code == "rule-wrong-unit"


def test_a_rule_holds_no_measure(tmp_path: Path) -> None:
    unequal = variable(lambda v: gini(v.households.income), "1", entity="village", digits=4)
    with pytest.raises(TsampaError) as caught:
        rulebook_of(unequal, folder=tmp_path, tables=TABLES)
    assert caught.value.code == "rule-measure"
