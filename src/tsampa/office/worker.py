"""The worker as a process of its own: ``python -m tsampa.office.worker``."""

from __future__ import annotations

from tsampa.office.start import start_office


def main() -> None:
    """Takes up what a killed worker left, then runs jobs until told to stop."""
    start_office()
    from django.core.management import call_command

    from tsampa.office.jobs.actions import find_killed

    find_killed()
    call_command("db_worker", interval=0.5, startup_delay=False, verbosity=0)


if __name__ == "__main__":
    main()
