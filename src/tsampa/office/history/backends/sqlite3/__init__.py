"""Django's sqlite3, with history."""
