"""The words of the office's pages: found in each room's templates and modules, kept in its catalogue, compiled.

``make words`` brings ``locale/zh_Hans/LC_MESSAGES/django.po`` of every room up to date; write the Chinese there and run it
again. ``--check`` changes nothing and names what is missing, left over or not compiled.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

OFFICE = Path(__file__).resolve().parents[1] / "src" / "tsampa" / "office"
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
PLACE = "locale/zh_Hans/LC_MESSAGES/django.po"


def rooms() -> list[Path]:
    """Every room that has words."""
    return [one for one in sorted(OFFICE.iterdir()) if one.is_dir() and any(said_in(one))]


def said_in(room: Path) -> Iterator[tuple[str, tuple[str, ...] | str]]:
    """Each message of a room with the file that says it; of messages with a plural, both."""
    for path in sorted([*room.rglob("*.py"), *room.glob("templates/**/*.html")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            text = templatize(text)
        found = extract_python(io.BytesIO(text.encode()), KEYWORDS, [], {"encoding": "utf-8"})
        for _line, name, told, _comments in found:
            words = (told,) if isinstance(told, str) else tuple(one for one in told if one is not None)
            if not words or not words[0]:
                continue
            yield str(path.relative_to(OFFICE)), words[:2] if name.startswith("ngettext") else words[-1]


def catalogue(room: Path) -> Catalog:
    """The room's words with the Chinese they have."""
    place = room / PLACE
    old = read_po(io.BytesIO(place.read_bytes()), locale="zh_Hans") if place.exists() else Catalog()
    made = Catalog(locale="zh_Hans", charset="utf-8", fuzzy=False)
    made.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Plural-Forms", "nplurals=1; plural=0;"),
    ]
    for where, said in said_in(room):
        had = old.get(said if isinstance(said, str) else said[0])
        made.add(
            said, had.string if had else ("" if isinstance(said, str) else ("",)), locations=[(where, 0)]
        )
    return made


def written(found: Catalog) -> bytes:
    """The catalogue as its file, without dates and line numbers: a change of it is a change of words."""
    out = io.BytesIO()
    write_po(out, found, sort_output=True, omit_header=False, include_lineno=False, width=0)
    head = b'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'
    body = out.getvalue().partition(b"\n\n")[2]
    return head + b"\n" + body


def compiled(place: Path) -> bytes:
    """The catalogue as Django reads it."""
    found = read_po(io.BytesIO(place.read_bytes()), locale="zh_Hans")
    found.creation_date = found.revision_date = NEVER  # else the same words would be other bytes each minute
    out = io.BytesIO()
    write_mo(out, found)
    return out.getvalue()


def missing(found: Catalog) -> list[str]:
    """The messages that have no Chinese."""
    said = [one for one in found if one.id]
    return [
        str(one.id) for one in said if not (one.string if isinstance(one.string, str) else all(one.string))
    ]


def wrong() -> list[str]:
    """What ``make words`` or a translator has still to do."""
    told = []
    for room in rooms():
        place, found = room / PLACE, catalogue(room)
        if not place.exists() or place.read_bytes() != written(found):
            told.append(f"{place.relative_to(OFFICE)} does not list the words that are said: make words")
        elif not place.with_suffix(".mo").exists() or place.with_suffix(".mo").read_bytes() != compiled(
            place
        ):
            told.append(f"{place.with_suffix('.mo').relative_to(OFFICE)} is not compiled: make words")
        told += [f"{room.name}: no Chinese for '{one}'" for one in missing(found)]
    return told


def main() -> None:
    """Brings catalogues up to date, or with ``--check`` says what is wrong."""
    settings.configure(USE_I18N=True)
    if "--check" not in sys.argv:
        for room in rooms():
            place = room / PLACE
            text = written(catalogue(room))
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
            place.with_suffix(".mo").write_bytes(compiled(place))
    told = wrong()
    print("\n".join(told) or "All words are there.")
    sys.exit(bool(told))


if __name__ == "__main__":
    main()
