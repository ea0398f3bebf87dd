"""A real office on a real server, in a real Chromium: the demonstration county, copied for this run of the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def address(county_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the office answers, worker and all."""
    home = tmp_path_factory.mktemp("journeys") / "office"
    shutil.copytree(county_home, home)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {one: said for one, said in os.environ.items() if not one.startswith("TSAMPA_")}
    served = subprocess.Popen(
        [sys.executable, "-m", "tsampa.cli", "serve", "--port", str(port)],
        env=env | {"TSAMPA_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/health", served)
        yield f"http://127.0.0.1:{port}"
    finally:
        served.terminate()
        served.wait(40)


def _wait(url: str, served: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        assert served.poll() is None, "the server ended"
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(url, timeout=2).close()
            return
        time.sleep(0.2)
    raise AssertionError("the server did not answer within a minute")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser. Not for the session: while Playwright runs, Django takes this thread for an asynchronous one."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


class Somebody:
    """A person at a browser: what they see, and what went wrong in it or left the machine."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.wrong: list[str] = []
        self.elsewhere: list[str] = []
        page.set_default_timeout(15_000)
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._requested)

    def _requested(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.elsewhere.append(request.url)

    def sign_in(self, name: str) -> None:
        """Signs in by the form, as in any office."""
        self.page.goto(f"{self.address}/account/login/")
        self.page.locator("input[name=login]").fill(name)
        self.page.locator("input[name=password]").fill("tsampa-demo")
        self.page.locator("main form.entrance button").first.click()
        self.page.wait_for_url(f"{self.address}/")

    def go(self, path: str) -> int:
        """Opens a page of the office; its status."""
        answer = self.page.goto(self.address + path)
        return int(answer.status)


@pytest.fixture
def somebody(chromium: Any, address: str) -> Iterator[Callable[..., Somebody]]:
    """``somebody("pema")`` has signed in; ``lang`` and ``width`` say how they read."""
    contexts = []

    def come(name: str = "", *, lang: str = "en", width: int = 1280) -> Somebody:
        context = chromium.new_context(
            locale="zh-CN" if lang == "zh" else "en-GB", viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        found = Somebody(context.new_page(), address)
        if name:
            found.sign_in(name)
        return found

    yield come
    for one in contexts:
        one.close()
