"""How a rule case is read and run, and how its mistakes are told."""

from datetime import date
from fractions import Fraction
from pathlib import Path
from textwrap import dedent

import pytest

from tsampa.errors import TsampaError
from tsampa.rules import load_rulebook
from tsampa.rules.cases import Case, read_cases, run_case

RULEBOOK = load_rulebook("middle_village")
HEAD = "why: because\nsource: article 1\n"
ONE = "given: {households: [{members: [{birth_date: 1980-01-01}]}]}\n"


def read(folder: Path, body: str, place: str = "size/2020-06-30/one.yaml") -> Case:
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + dedent(body), encoding="utf-8")
    return read_cases(folder, RULEBOOK)[0]


def refused(folder: Path, body: str, place: str = "size/2020-06-30/one.yaml") -> TsampaError:
    with pytest.raises(TsampaError) as caught:
        read(folder, body, place)
    assert str(folder / place) in caught.value.where
    return caught.value


def given(folder: Path, rows: str) -> dict[str, list[dict]]:
    return read(folder, f"given: {rows}\nexpect: {{}}\n").register


def answering(**answers):
    """An engine that knows the answers beforehand."""
    return lambda rulebook, day, register: lambda name, key: answers[name[1]]


def test_rows_are_stored_as_the_register_stores_them(tmp_path):
    register = given(
        tmp_path,
        "{households: [{members: [{sex: female}], incomes: [{source: wage, accounting_year: 2020, amount: 12.3}]}]}",
    )
    income = register["incomes"][0]
    assert (income["amount"], income["accounting_year"], income["person"]) == (1230, 2020, None)
    assert register["persons"][0]["birth_date"] is None


def test_the_areas_above_are_made_up(tmp_path):
    areas = given(tmp_path, "{households: [{}]}")["areas"]
    found = [(one["code"], one["level"], one["parent"]) for one in areas]
    assert found == [
        ("county", "county", None), ("township", "township", "county"), ("village", "village", "township"),
    ]  # fmt: skip


def test_several_villages_lie_in_one_township(tmp_path):
    areas = given(tmp_path, "{villages: [{code: v}, {}]}")["areas"]
    assert [(one["code"], one["parent"]) for one in areas[2:]] == [
        ("v", "township"),
        ("village", "township"),
    ]


def test_several_townships_lie_in_one_county(tmp_path):
    areas = given(tmp_path, "{townships: [{villages: [{}]}, {villages: [{}]}]}")["areas"]
    above = {one["code"]: one["parent"] for one in areas}
    assert above["village"] == "township"
    assert above["village-2"] == "township-2"


def test_rows_nested_in_a_member_belong_to_household_and_member(tmp_path):
    register = given(
        tmp_path, "{households: [{code: h, members: [{code: p, checks: [{guarantee: education}]}]}]}"
    )
    check = register["checks"][0]
    assert (check["household"], check["person"], check["date"]) == ("h", "p", date(2020, 6, 30))


def test_a_person_named_again_is_the_same_person_in_another_household(tmp_path):
    register = given(
        tmp_path, "{households: [{members: [{code: p, until: 2020-01-01}]}, {members: [{code: p}]}]}"
    )
    assert len(register["persons"]) == 1
    assert [one["household"] for one in register["memberships"]] == ["household", "household-2"]


def test_a_quotient_is_compared_as_rounded_unless_a_fraction_is_written(tmp_path):
    case = read(tmp_path, ONE + "expect: {household: {dependency_ratio: 0.33}}\n")
    assert run_case(case, RULEBOOK, answering(dependency_ratio=Fraction(1, 3))) == []
    exact = read(tmp_path, ONE + "expect: {household: {dependency_ratio: 1/3}}\n")
    assert run_case(exact, RULEBOOK, answering(dependency_ratio=Fraction(33, 100))) != []


def test_an_exact_number_is_never_compared_as_rounded(tmp_path):
    case = read(tmp_path, ONE + "expect: {household: {net_income: 10}}\n")
    assert run_case(case, RULEBOOK, answering(net_income=Fraction("10.01"))) != []


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("unknown", False), ("false", None), ("true", False), ("true", Fraction(1))],
)
def test_unknown_false_and_true_are_three_answers(tmp_path, wanted, found):
    case = read(tmp_path, ONE + f"expect: {{household: {{registered: {wanted}}}}}\n")
    assert len(run_case(case, RULEBOOK, answering(registered=found))) == 1


def test_a_failure_names_file_row_and_both_values(tmp_path):
    case = read(tmp_path, ONE + "expect: {household: {net_income: unknown}}\n")
    said = str(run_case(case, RULEBOOK, answering(net_income=Fraction("29.5")))[0])
    assert said == f"{case.path}: net_income of household household: expected unknown, found 29.5"


@pytest.mark.parametrize(
    ("value", "said"), [(None, "unknown"), (True, "true"), (Fraction(1, 3), "1/3"), (Fraction(40), "40")]
)
def test_what_was_found_is_said_as_a_case_writes_it(tmp_path, value, said):
    case = read(tmp_path, ONE + "expect: {household: {net_income: 7}}\n")
    assert str(run_case(case, RULEBOOK, answering(net_income=value))[0]).endswith(f"found {said}")


def test_an_error_of_the_engine_is_placed_at_the_case(tmp_path):
    def failing(rulebook, day, register):
        raise TsampaError("rule-not-in-force", "not yet", where="rules/a.py:1")

    case = read(tmp_path, ONE + "expect: {household: {net_income: 7}}\n")
    with pytest.raises(TsampaError) as caught:
        run_case(case, RULEBOOK, failing)
    assert caught.value.where == f"{case.path}: rules/a.py:1"


@pytest.mark.parametrize(
    ("body", "code", "where", "remedy"),
    [
        ("given: {houses: []}\nexpect: {}\n", "case-column-unknown", "given", "'households'"),
        ("given: {households: [{member: []}]}\nexpect: {}\n", "case-column-unknown", "households[0]", "'members'"),
        (
            "given: {households: [{members: [{birthdate: 1980-01-01}]}]}\nexpect: {}\n",
            "case-column-unknown", "given.households[0].members[0]", "'birth_date'",
        ),
        ("given: {households: {code: h}}\nexpect: {}\n", "case-rows", "given.households", "'- '"),
        ("given: {households: [h]}\nexpect: {}\n", "case-rows", "given.households[0]", "name: value"),
        ("given: {households: [{code: a}, {code: a}]}\nexpect: {}\n", "case-code-twice", "households[1]", "own code"),
        (
            "given: {households: [{statuses: [{status: registred}]}]}\nexpect: {}\n",
            "case-value", "statuses[0].status", "'registered'",
        ),
        ("given: {households: [{statuses: [{}]}]}\nexpect: {}\n", "case-column-missing", "status", "give it"),
        (
            "given: {households: [{members: [{birth_date: 30.6.1980}]}]}\nexpect: {}\n",
            "case-value", "birth_date", "2020-06-30",
        ),
        (
            "given: {households: [{members: [{birth_date: [1]}]}]}\nexpect: {}\n",
            "case-value", "birth_date", "unknown",
        ),
        (
            "given: {pools: [{name: dividend, year: 2020, amount: 1.005}]}\nexpect: {}\n",
            "case-value", "pools[0].amount", "decimals",
        ),
        (
            "given: {pools: [{name: dividend, year: 20200, amount: 1}]}\nexpect: {}\n",
            "case-value", "pools[0].year", "can hold",
        ),
        (
            "given: {pools: [{name: dividend, year: 2020, amount: much}]}\nexpect: {}\n",
            "case-value", "pools[0].amount", "29.52",
        ),
        (
            "given: {households: [{checks: [{guarantee: food, person: pp}], members: [{code: p}]}]}\nexpect: {}\n",
            "case-code-unknown", "check check, person", "'p'",
        ),
        (ONE + "expect: {houshold: {size: 1}}\n", "case-code-unknown", "expect.houshold", "'household'"),
        (
            ONE + "expect: {household: {net_incme: 1}}\n",
            "case-variable-unknown", "expect.household.net_incme", "'net_income'",
        ),
        (ONE + "expect: {household: {registered: yes}}\n", "case-value", "registered", "true, false or unknown"),
        (ONE + "expect: {household: {standing: in_ned}}\n", "case-value", "standing", "'in_need'"),
        (ONE + "expect: {household: {size: many}}\n", "case-value", "size", "29.52"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place_and_what_to_do(tmp_path, body, code, where, remedy):
    error = refused(tmp_path, body)
    assert error.code == code
    assert where in error.where
    assert remedy in error.remedy


@pytest.mark.parametrize(
    ("place", "code", "remedy"),
    [
        ("sise/2020-06-30/one.yaml", "case-rule-unknown", "'size'"),
        ("size/30.6.2020/one.yaml", "case-value", "2020-06-30"),
        ("size/one.yaml", "case-place", "cases/<rule>/<day>"),
        ("size/2020-06-30/more/one.yml", "case-place", "cases/<rule>/<day>"),
    ],
)
def test_a_case_in_the_wrong_place_is_refused(tmp_path, place, code, remedy):
    error = refused(tmp_path, ONE + "expect: {}\n", place)
    assert error.code == code
    assert remedy in error.remedy
