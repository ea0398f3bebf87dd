"""What an explanation is: verdicts, the reasons under them, and what would change them; as text and as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

__all__ = ["Explanation", "Reason", "Verdict"]


@dataclass(frozen=True)
class Reason:
    """One line of an explanation. ``source`` and ``place`` say what text and what rule file it rests on."""

    says: str
    source: str = ""
    place: str = ""
    because: tuple[Reason, ...] = ()

    def lines(self, depth: int, lang: str) -> Iterable[str]:
        """The reason and those below it, each on an indented line."""
        yield f"{'  ' * depth}- {self.says}{_rests_on(self.source, self.place, lang)}"
        for one in self.because:
            yield from one.lines(depth + 1, lang)


@dataclass(frozen=True)
class Verdict:
    """One shown variable: its value, why, and what would change it."""

    name: str
    label: str
    value: str
    meaning: str
    source: str
    place: str
    because: tuple[Reason, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """Why a household stands where it stands on a day, by one version of a rulebook."""

    household: str
    programme: str
    rulebook: str
    day: date
    lang: str
    verdicts: tuple[Verdict, ...]
    changes: tuple[str, ...]

    def text(self) -> str:
        """Plain indented lines."""
        return "\n".join(
            [*self._head(), *(line for one in self.verdicts for line in self._verdict(one)), *self._tail()]
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``--json`` prints it."""
        return asdict(self) | {"day": self.day.isoformat()}

    def _head(self) -> list[str]:
        if self.lang == "zh":
            return [
                f"{self.programme}",
                f"户编号：{self.household}　日期：{self.day}",
                f"规则手册版本：{self.rulebook[:12]}",
            ]
        return [self.programme, f"Household {self.household} on {self.day}", f"Rulebook {self.rulebook[:12]}"]

    def _verdict(self, one: Verdict) -> list[str]:
        colon = "：" if self.lang == "zh" else ": "
        title = f"{one.label}{colon}{one.value}{_rests_on(one.source, one.place, self.lang)}"
        return [
            "",
            title,
            f"  {one.meaning}",
            *(line for reason in one.because for line in reason.lines(1, self.lang)),
        ]

    def _tail(self) -> list[str]:
        if not self.changes:
            return []
        title = "怎样会改变结果：" if self.lang == "zh" else "What would change this:"
        return ["", title, *(f"  - {change}" for change in self.changes)]


def _rests_on(source: str, place: str, lang: str) -> str:
    parts = [part for part in (source, place) if part]
    if not parts:
        return ""
    return f"【{'；'.join(parts)}】" if lang == "zh" else f"  [{'; '.join(parts)}]"
