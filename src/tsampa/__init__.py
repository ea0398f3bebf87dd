"""Tsampa runs a household graduation programme: a register, a dated rulebook, figures that open."""
