"""What every engine's script shares: it measures itself, without the start of Python and imports, and prints one line."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path


def measured(run: Callable[[Path, Path], None], data: Path, out: Path) -> None:
    """Runs, and prints seconds and the process's peak of memory in MB."""
    out.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    run(data, out)
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text(
        encoding="ascii"
    )  # getrusage would tell the parent's peak as well
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
    print(json.dumps({"seconds": round(seconds, 3), "peak_mb": round(peak)}))
