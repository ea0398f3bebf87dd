"""From a CSV or XLSX sheet to a snapshot, by a declarative mapping; problems come back as data."""
