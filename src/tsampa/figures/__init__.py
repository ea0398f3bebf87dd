"""Figures declared by a programme: computed for any area, traced to their rows."""
