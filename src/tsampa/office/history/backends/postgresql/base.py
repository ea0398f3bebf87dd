"""Django's postgresql, with history."""

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that names the change under way to the triggers."""
