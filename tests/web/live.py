"""A real server on a free port of this machine, and a real browser that reaches nothing else."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.types import ASGIApp

_CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """The address at which ``app`` is served meanwhile."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < until, "the server is not up after 20 seconds"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium without a network; skips where there is none, unless CLAIMS_REQUIRE_BROWSER is 1."""
    found = next((path for name in _CHROMIUMS if (path := which(name))), None)
    if found is None:
        reason = "there is no Chromium here; apt-get install chromium"
        if os.environ.get("CLAIMS_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=Path(found),
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
        )
        try:
            yield browser
        finally:
            browser.close()
