"""A person who signs in. Roles and their areas come with the room's pages."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody who works with the office, named in history by ``username`` for ever: it is never given to another."""
