"""The rulebook engine: dated rules as Python functions, one meaning on every engine."""
