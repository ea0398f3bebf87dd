"""Finds a programme by name or path and reads its ``programme.yaml``: names, currency, levels of area, own units."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from tsampa.documents import read_yaml
from tsampa.errors import TsampaError
from tsampa.schema.load import AreaLevels, build_schema
from tsampa.schema.tables import Schema
from tsampa.schema.units import NAMES

__all__ = ["PROGRAMMES", "ProgrammeFile", "find_programme", "read_programme", "read_schema"]

PROGRAMMES = Path(__file__).resolve().parent.parent / "programmes"
"""Where the programmes that come with Tsampa stand, a folder each."""

Months = Annotated[int, msgspec.Meta(ge=1, le=1200)]


class Glance(msgspec.Struct, forbid_unknown_fields=True):
    """What the office shows of a household before its file is opened: variables of the rules, by what they are shown as.

    ``standing`` is a word, and ``standings`` its words in English and Chinese; ``lights`` are the parts of the standard, each
    met, missed or unknown. ``income`` and ``heads`` give income per head of areas, ``per_head`` and ``line`` of a household.
    ``measures`` are true of a household for which they are proposed. A check holds for ``checks_hold`` months; where the
    programme says nothing of it, no check is ever stale. ``checked_if`` names for a light the variable, true or a number, without
    which there is nothing to check in a household: of a household of which it is false or nought no check of it is stale.
    """

    standing: str
    standings: dict[str, tuple[str, str]]
    lights: list[str]
    income: str
    heads: str
    per_head: str
    line: str
    measures: list[str] = []
    checks_hold: Months | None = None
    checked_if: dict[str, str] = {}


class ProgrammeFile(msgspec.Struct, forbid_unknown_fields=True):
    """``programme.yaml``. ``shows`` lists the variables of a household that its explanation speaks of, in order."""

    name: str
    en: str
    zh: str
    currency: str
    areas: AreaLevels
    shows: list[str]
    time_zone: str = "UTC"
    exponent: int = 2
    units: dict[str, tuple[str, str]] = {}
    glance: Glance | None = None
    about_en: str = ""
    about_zh: str = ""


def find_programme(name: str | Path) -> Path:
    """The folder of the programme: a name that comes with Tsampa, or the path of a folder with a programme.yaml.

    Raises TsampaError ``programme-unknown`` listing the names there are.
    """
    for folder in (Path(name), PROGRAMMES / str(name)):
        if (folder / "programme.yaml").is_file():
            return folder.resolve()
    known = ", ".join(sorted(path.parent.name for path in PROGRAMMES.glob("*/programme.yaml")))
    raise TsampaError(
        "programme-unknown",
        f"no programme '{name}'",
        remedy=f"Use one of {known}, or the path of a folder with a programme.yaml.",
        usage=True,
    )


def read_programme(folder: Path) -> ProgrammeFile:
    """The programme's own file. Raises TsampaError as ``read_yaml`` does."""
    return read_yaml(folder / "programme.yaml", ProgrammeFile)


def read_schema(folder: Path) -> Schema:
    """The register of the programme in this folder: the common one with the programme's own tables.

    They stand in ``tables.yaml`` or, where there are many, in the files of ``tables/``.
    """
    file = read_programme(folder)
    return build_schema(
        file.currency,
        file.exponent,
        file.areas,
        tables=_table_files(folder),
        units=frozenset(set(file.units) - set(NAMES)),
    )


def _table_files(folder: Path) -> list[Path]:
    one = folder / "tables.yaml"
    return [*([one] if one.is_file() else []), *sorted((folder / "tables").glob("*.yaml"))]
