"""Django's sqlite3, with history."""

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that names the change under way to the triggers."""
