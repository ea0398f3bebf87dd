"""Databases that keep the triggers which write history."""
