"""From a CSV or XLSX sheet to a snapshot, by a declarative mapping; problems come back as data."""

from tsampa.sheets.importing import (
    Imported,
    SheetRows,
    Totals,
    import_sheet,
    import_to_snapshot,
    problems_csv,
)
from tsampa.sheets.mapping import Mapping, read_mapping

__all__ = [
    "Imported", "Mapping", "SheetRows", "Totals", "import_sheet", "import_to_snapshot", "problems_csv", "read_mapping",
]  # fmt: skip
