"""Django's postgresql, with history."""
