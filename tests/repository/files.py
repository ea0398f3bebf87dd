"""The project's own files, for the tests that read them as text."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tsampa"


def project_files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file that is or could be committed: all but what .gitignore leaves out."""
    for path in sorted(folder.iterdir()):
        if any(fnmatch(path.name, pattern) for pattern in _ignored()):
            continue
        if path.is_dir():
            yield from project_files(path)
        elif path.is_file():
            yield path


def text_of(path: Path) -> str | None:
    """The file's text, or None where it is none."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def _ignored() -> list[str]:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    return [".git", *(line.strip("/") for line in lines if not line.startswith("#"))]
