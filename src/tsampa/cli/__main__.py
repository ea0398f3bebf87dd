"""``python -m tsampa.cli``."""

from tsampa.cli import main

main()
