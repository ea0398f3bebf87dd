"""Sheets into the register: staged, checked, previewed, accepted by another person, applied whole, undone whole."""
