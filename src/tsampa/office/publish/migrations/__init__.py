"""What changed in the tables of the room ``publish``."""
