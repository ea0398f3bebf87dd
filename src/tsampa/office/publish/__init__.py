"""Figures opened in the browser; bulletins prepared, approved and published."""
