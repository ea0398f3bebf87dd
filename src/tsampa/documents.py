"""Reading YAML and JSON files into typed objects, with errors that name the file, the line and what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

from tsampa.errors import TsampaError

__all__ = ["canonical_json", "read_json", "read_yaml"]

T = TypeVar("T")

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_PATH = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def read_yaml(path: Path, shape: type[T]) -> T:
    """The file as ``shape`` (a msgspec Struct, say). Every scalar reaches the shape as text, so 0.10 stays exact.

    Raises TsampaError ``file-missing``, ``yaml-malformed`` or ``yaml-shape``, each naming file and line.
    """
    text = _read(path)
    try:
        plain = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(error, "problem", None) or str(error)
        raise TsampaError(
            "yaml-malformed",
            f"not valid YAML: {problem}",
            where=where,
            remedy="Check indentation and quotes near that line.",
        ) from None
    try:
        return msgspec.convert(plain, shape, strict=False)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `")
        where = f"{path}:{_line(text, place.rstrip('`'))}"
        at = f" at {place.rstrip('`').removeprefix('$.')}" if place else ""
        raise TsampaError(
            "yaml-shape",
            f"{message}{at}",
            where=where,
            remedy="See the reference of this file's keys in docs/reference.",
        ) from None


def read_json(path: Path, shape: type[T]) -> T:
    """The file as ``shape``. Raises TsampaError ``file-missing``, ``json-malformed`` or ``json-shape``."""
    data = _read(path)
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.ValidationError as error:
        raise TsampaError(
            "json-shape",
            str(error),
            where=str(path),
            remedy="The file was altered or written by another version.",
        ) from None
    except msgspec.DecodeError as error:
        raise TsampaError(
            "json-malformed",
            f"not valid JSON: {error}",
            where=str(path),
            remedy="The file was altered or cut short; make it again.",
        ) from None


def canonical_json(value: Any) -> bytes:
    """JSON with sorted keys, two-space indents and a final newline: the same value gives the same bytes for ever."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TsampaError(
            "file-missing", "no such file", where=str(path), remedy="Check the path.", usage=True
        ) from None
    except IsADirectoryError:
        raise TsampaError(
            "file-missing",
            "this is a folder, not a file",
            where=str(path),
            remedy="Check the path.",
            usage=True,
        ) from None
    except UnicodeDecodeError as error:
        raise TsampaError(
            "file-encoding",
            f"not UTF-8 text (byte {error.start})",
            where=str(path),
            remedy="Save the file as UTF-8.",
        ) from None


def _line(text: str, place: str) -> int:
    """The line of the YAML node that a msgspec path like ``$.tables[0].name`` points at, or its nearest parent's."""
    node = yaml.compose(text, Loader=_LOADER)
    for key, index in _PATH.findall(place):
        found = _child(node, key, index)
        if found is None:
            break
        node = found
    return node.start_mark.line + 1 if node is not None else 1


def _child(node: Any, key: str, index: str) -> Any:
    if isinstance(node, yaml.MappingNode) and key:
        return next((value for name, value in node.value if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and index.isdigit() and int(index) < len(node.value):
        return node.value[int(index)]
    return None
