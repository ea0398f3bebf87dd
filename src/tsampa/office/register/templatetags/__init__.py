"""Template tags of the room ``register``."""
