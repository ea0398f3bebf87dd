"""Who works with the office."""
