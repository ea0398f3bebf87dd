"""Tsampa, as anybody would run it: every county's snapshot, one assessment."""

import sys
from datetime import date
from pathlib import Path

from measured import measured

from tsampa.assessment import assess

PROGRAMME = Path(__file__).resolve().parents[1] / "national"


def run(data: Path, out: Path) -> None:
    """Verifies, counts and writes everything."""
    assess(sorted((data / "counties").iterdir()), PROGRAMME, date(2020, 12, 31), out / "assessment")


if __name__ == "__main__":
    measured(run, Path(sys.argv[1]), Path(sys.argv[2]))
