"""What every engine's script shares: it measures itself, without the start of Python and imports, and prints one line."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def measured(run: Callable[[Any, Path], None], data: Path, out: Path, read: Any = None) -> None:
    """Runs, and prints seconds, those of all cores together (``cpu``), and the process's peak of memory in MB.

    ``read`` makes of the files what ``run`` takes; its seconds are part of the whole, and told apart as well.
    """
    out.mkdir(parents=True, exist_ok=True)
    start, busy = time.perf_counter(), time.process_time()
    given = read(data) if read else data
    reading = {"reading": round(time.perf_counter() - start, 3)} if read else {}
    run(given, out)
    seconds, cpu = time.perf_counter() - start, time.process_time() - busy
    status = Path("/proc/self/status").read_text(
        encoding="ascii"
    )  # getrusage would tell the parent's peak as well
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    print(
        json.dumps({"seconds": round(seconds, 3), "cpu": round(cpu, 3)} | reading | {"peak_mb": round(peak)})
    )
