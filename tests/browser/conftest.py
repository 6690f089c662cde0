"""A browser and a server for the tests of this directory.

Chromium is the machine's own; a machine without one skips these tests, unless ``CLAIMS_REQUIRE_BROWSER=1`` makes its
absence a failure. Each module has a browser of its own: Playwright's event loop runs as long as the browser does, and
would be in the way of every other test.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running import serving_record
from tests.web.asking import essay, holding

PATIENCE = 120_000
"""Milliseconds that a busy machine may take for anything that a browser is asked."""
expect.set_options(timeout=PATIENCE)

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which asks nobody for anything by itself."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = f"no browser: none of {', '.join(NAMES)} is installed"
        if os.environ.get("CLAIMS_REQUIRE_BROWSER") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=PATIENCE)
        yield launched
        launched.close()


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    """A page in a window of its own."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Address of a server of the essay's record."""
    with serving_record(holding(essay())) as served:
        yield served
