"""The pictures of the README, taken of the demonstration office that ``make run`` keeps: ``make screenshots``.

``scripts/screenshots.py OFFICE``; OFFICE is its folder. Needs Chromium (Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
HOUSEHOLD = "/households/540228101201-00002/"
SHOTS = {
    "office-start": ("tsering", "en", 1280, 1100, "/?area=540228"),
    "office-households": ("tashi", "zh", 1280, 900, "/households/?standing=in_need"),
    "office-map": ("tsering", "en", 1280, 1000, "/households/map?area=540228&standing=to_check"),
    "office-household": ("pema", "en", 1280, 1250, HOUSEHOLD),
    "office-why": ("pema", "zh", 1280, 900, f"{HOUSEHOLD}why"),
    "office-figure": ("norbu", "en", 1280, 1000, "/figures/A4.lifted/?area=540228"),
    "office-phone": ("pema", "zh", 390, 844, "/"),
}
"""Who looks at what, in which language, at what size."""


def main() -> None:
    """Serves the office, takes every picture."""
    chromium = shutil.which("chromium") or sys.exit("No chromium here; on Debian: apt-get install chromium")
    with served(Path(sys.argv[1])) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, told in SHOTS.items():
            shoot(browser, address, IMAGES / f"{name}.png", *told)
        browser.close()


def shoot(
    browser: Any, address: str, out: Path, who: str, lang: str, width: int, height: int, path: str
) -> None:
    """One picture, of what somebody sees after signing in."""
    locale = "zh-CN" if lang == "zh" else "en-GB"
    context = browser.new_context(locale=locale, viewport={"width": width, "height": height})
    page = context.new_page()
    page.goto(f"{address}/account/login/")
    page.locator("input[name=login]").fill(who)
    page.locator("input[name=password]").fill("tsampa-demo")
    page.locator("main form.entrance button").first.click()
    page.wait_for_url(f"{address}/")
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=out)
    context.close()


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The office's address, while it is served."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tsampa.cli", "serve", "--port", str(port)], env=os.environ | {"TSAMPA_HOME": str(home)}
    )  # fmt: skip
    try:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    main()
