"""The door: what a file may be before anything of it is read. A workbook is a zip, as several CSV files in
one are, and its directory is asked first."""

from __future__ import annotations

import hashlib
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from django.conf import settings

from tsampa.errors import TsampaError

__all__ = ["BUNDLE", "TEXTS", "Admitted", "admit", "members", "require_small"]

TEXTS = (".csv", ".tsv", ".txt")
BUNDLE = ".zip"
_RATIO = 200
"""A sheet of numbers shrinks 10 to 40 times; what shrinks more than this is made to burst."""
_RATIO_FROM = 20 * 1024 * 1024
_PARTS = 10_000
_PIECE = 1 << 22
_OVERLAP = 400
_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3})(\d{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s/>]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Admitted:
    """A file that may be read. ``formulas`` has, for each sheet, the column letters of formulas by row."""

    path: Path
    sha256: str
    size: int
    formulas: dict[str, dict[int, list[str]]] = field(default_factory=dict)

    @property
    def is_text(self) -> bool:
        """Whether it is CSV."""
        return self.path.suffix.lower() in TEXTS

    @property
    def is_bundle(self) -> bool:
        """Whether it is several CSV files in a zip."""
        return self.path.suffix.lower() == BUNDLE


def admit(path: Path, *, whole: bool = True) -> Admitted:
    """The file, if it may be read; without ``whole`` only its directory is looked at, which takes no time.

    Raises TsampaError ``file-missing``, ``intake-too-large``, ``intake-bomb``, ``intake-macros``, ``intake-format`` or
    ``intake-damaged``.
    """
    if not path.is_file():
        raise TsampaError(
            "file-missing", "no such file", where=str(path), remedy="Check the path.", usage=True
        )
    size = path.stat().st_size
    require_small(size, path.name)
    found = Admitted(path, _hash(path), size)
    if not found.is_text:
        if path.suffix.lower() in (".xlsm", ".xltm", ".xlsb", ".xls", ".xlam"):
            raise _macros(path)
        _look_into(path, found, whole=whole)
    return found


def require_small(size: int, name: str) -> None:
    """Raises TsampaError ``intake-too-large``."""
    if size > settings.INTAKE_BYTES:
        raise _over(name, f"the file has {size // 2**20} MB", settings.INTAKE_BYTES)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look_into(path: Path, found: Admitted, *, whole: bool) -> None:
    with _opened(path) as zipped:
        parts = zipped.infolist()
        _check_directory(path, parts, found.size)
        if found.is_bundle:
            return
        if any("vbaproject" in one.filename.lower() for one in parts):
            raise _macros(path)
        for sheet, part in _sheets(path, zipped).items():
            if whole:
                found.formulas[sheet] = _formulas(zipped, part)


def members(file: Admitted) -> Iterator[tuple[str, bytes]]:
    """The CSV files of a zip, by name. No more of one is read than the directory, which the door looked at, says.

    Raises TsampaError ``intake-damaged`` and ``intake-format``.
    """
    with _opened(file.path) as zipped:
        for part in sorted(zipped.infolist(), key=lambda one: one.filename):
            if "/" in part.filename or not part.filename.lower().endswith(TEXTS):
                raise TsampaError(
                    "intake-format", f"'{part.filename}' in the zip is no CSV file", where=file.path.name,
                    remedy="Put CSV files into it and nothing else, each named after its table.",
                )  # fmt: skip
            yield part.filename, zipped.read(part)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as zipped:
            yield zipped
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ElementTree.ParseError,
        NotImplementedError,
        RuntimeError,
    ):
        # NotImplementedError: zipfile's word for a packing it does not know; RuntimeError: for an encrypted part
        raise TsampaError(
            "intake-damaged", "the file is damaged, encrypted or no .xlsx", where=path.name,
            remedy="Open it, remove its password, save it as .xlsx and send that.",
        ) from None  # fmt: skip


def _check_directory(path: Path, parts: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(one.file_size for one in parts)
    if len(parts) > _PARTS or (unpacked > _RATIO_FROM and unpacked > _RATIO * size):
        raise TsampaError(
            "intake-bomb", f"the file unpacks to {unpacked // max(size, 1)} times its size", where=path.name,
            remedy="Save the workbook anew and send that.",
        )  # fmt: skip
    if unpacked > settings.INTAKE_UNPACKED_BYTES:
        raise _over(
            path.name, f"the workbook unpacks to {unpacked // 2**20} MB", settings.INTAKE_UNPACKED_BYTES
        )


def _sheets(path: Path, zipped: zipfile.ZipFile) -> dict[str, str]:
    """The part of each sheet, by the sheet's name."""
    relations = _xml(path, zipped, "xl/_rels/workbook.xml.rels")
    targets = {one.get("Id"): str(one.get("Target")) for one in relations}
    found = {}
    for one in _xml(path, zipped, "xl/workbook.xml").iter():
        if one.tag.endswith("}sheet"):
            target = targets[one.get(_RELATION)]
            found[str(one.get("name"))] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _xml(path: Path, zipped: zipfile.ZipFile, part: str) -> ElementTree.Element:
    text = zipped.read(part)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise TsampaError(
            "intake-bomb", "the workbook declares entities of its own", where=path.name,
            remedy="Save the workbook anew and send that.",
        )  # fmt: skip
    return ElementTree.fromstring(text)


def _formulas(zipped: zipfile.ZipFile, part: str) -> dict[int, list[str]]:
    """Rows with formulas. Reading to the end also proves that the part is no larger than the directory says."""
    found: dict[int, set[str]] = defaultdict(set)
    before = b""
    with zipped.open(part) as file:
        while piece := file.read(_PIECE):
            text = before + piece
            if b"f" in text:
                for column, row in _CELL.findall(text):
                    found[int(row)].add(column.decode())
            before = text[-_OVERLAP:]
    return {row: sorted(columns) for row, columns in found.items()}


def _over(name: str, what: str, limit: int) -> TsampaError:
    return TsampaError(
        "intake-too-large", f"{what}, and at most {limit // 2**20} MB are taken in", where=name,
        remedy="Split it by village or by sheet, or have the administrator raise the limit.",
    )  # fmt: skip


def _macros(path: Path) -> TsampaError:
    return TsampaError(
        "intake-macros",
        "the workbook may hold macros",
        where=path.name,
        remedy="Save it as .xlsx and send that.",
    )
