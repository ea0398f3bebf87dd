"""A made-up county of people with names as they are met there, and what its register holds of them. Drawn by seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from tsampa.demo.names import GIVEN, SURNAMES, Part, read_parts

LAST_DAY = date(2020, 6, 30)
COLUMNS = (
    "id", "name", "alternative_name", "birth_date", "sex", "village", "household", "relationship", "head_name",
    "identity_hash",
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One person as they truly are; ``parts`` is empty for a Han name."""

    id: str
    name: str
    parts: tuple[Part, ...]
    birth: date
    sex: str
    village: str
    household: str
    relationship: str
    identity: str


class County:
    """Draws villages, households and people till there are enough; ``han`` is the share of Han names."""

    def __init__(self, seed: int, persons: int, label: str = "P", han: float = 0.08) -> None:
        self.random = Random(f"{seed} {label}")
        self._label, self._han = label, han
        parts = read_parts()
        # A few names are very common: the weight falls with the rank, as it does in civil registers.
        self._parts = {
            sex: [(part, 1 / (rank + 6)) for rank, part in enumerate(parts) if part.sex in (sex, "b")]
            for sex in ("m", "f")
        }
        self.villages = [
            f"990024{100 + place // 9:03d}{200 + place % 9:03d}" for place in range(max(1, persons // 550))
        ]
        self._sizes = [self.random.lognormvariate(0, 0.5) for _ in self.villages]
        self._drawn = 0
        self.households: list[list[Person]] = []
        while self._drawn < persons:
            self.households.append(self._household())

    def _household(self) -> list[Person]:
        draw = self.random
        village = draw.choices(self.villages, self._sizes)[0]
        code = f"{self._label}H{len(self.households) + 1:06d}"
        age = draw.randint(24, 74)
        found = [self.person(village, code, "head", age, draw.choices("mf", [3, 1])[0])]
        if draw.random() < 0.8:
            other = "f" if found[0].sex == "male" else "m"
            found.append(self.person(village, code, "spouse", max(18, age + draw.randint(-6, 6)), other))
        for _ in range(draw.choices([0, 1, 2, 3, 4], [15, 25, 30, 20, 10])[0]):
            found += self.births(found, max(0, age - draw.randint(19, 40)))
        if draw.random() < 0.25:
            found.append(self.person(village, code, "parent", age + draw.randint(19, 32), draw.choice("mf")))
        if age > 48 and draw.random() < 0.5:
            found.append(
                self.person(village, code, "grandchild", draw.randint(0, age - 42), draw.choice("mf"))
            )
        return found

    def births(self, household: list[Person], age: int) -> list[Person]:
        """A child, or now and then twins; brothers and sisters like to share a part of their names."""
        draw = self.random
        head = household[0]
        others = [one for one in household if one.relationship == "child" and one.parts]
        alike = draw.choice(others).parts if others and draw.random() < 0.3 else ()
        child = self.person(head.village, head.household, "child", age, draw.choice("mf"), alike)
        if draw.random() > 0.011:
            return [child]
        shared = child.parts if draw.random() < 0.5 else ()
        twin = self.person(head.village, head.household, "child", age, draw.choice("mf"), shared)
        return [child, replace(twin, birth=child.birth)]

    def person(
        self,
        village: str,
        household: str,
        relationship: str,
        age: int,
        sex: str,
        alike: tuple[Part, ...] = (),
    ) -> Person:
        """Somebody of this age; ``alike`` are the parts of a name to share one with."""
        draw = self.random
        self._drawn += 1
        parts = () if draw.random() < self._han else self._name(sex, alike)
        name = "".join(part.han for part in parts) or self._han_name()
        birth = LAST_DAY - timedelta(days=age * 365 + draw.randint(0, 364))
        identity = f"{self._label}{self._drawn:07d}"
        known = {"m": "male", "f": "female"}[sex]
        return Person(f"{self._label}{self._drawn:06d}", name, parts, birth, known, village, household,
                      relationship, identity)  # fmt: skip

    def _name(self, sex: str, alike: tuple[Part, ...]) -> tuple[Part, ...]:
        pool, weights = zip(*self._parts[sex], strict=True)
        first, second = self.random.choices(pool, weights, k=2)
        if self.random.random() < 0.12:
            return (first,)
        if alike:
            first = alike[0]
        return (first, second) if first.han != second.han else (first,)

    def _han_name(self) -> str:
        given = self.random.choices(GIVEN, k=self.random.choices([1, 2], [3, 7])[0])
        return self.random.choice(SURNAMES) + "".join(given)


def register_rows(people: list[list[Person]], draw: Random) -> list[dict[str, str | None]]:
    """What the register holds: of one in twenty no identity number, of many of the old only the year of birth."""
    return [_register_row(one, members[0], draw) for members in people for one in members]


def _register_row(one: Person, head: Person, draw: Random) -> dict[str, str | None]:
    year_only = draw.random() < (0.15 if one.birth.year < 1965 else 0.01)
    latin = " ".join(part.latin for part in one.parts) if one.parts and draw.random() < 0.2 else None
    return {
        "id": one.id, "name": one.name, "alternative_name": latin,
        "birth_date": f"{one.birth.year}-01-01" if year_only else one.birth.isoformat(),
        "sex": one.sex, "village": one.village, "household": one.household, "relationship": one.relationship,
        "head_name": head.name, "identity_hash": None if draw.random() < 0.05 else one.identity,
    }  # fmt: skip
