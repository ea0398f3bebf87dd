"""A snapshot judged by a rulebook on a day: run, opened, explained, compared."""
