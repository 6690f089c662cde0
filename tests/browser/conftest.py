"""A browser and a server for the tests of this directory.

Chromium is the machine's own; a machine without one skips these tests, unless ``CLAIMS_REQUIRE_BROWSER=1`` makes its
absence a failure. Each module has a browser of its own: Playwright's event loop runs as long as the browser does, and
would be in the way of every other test.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.running import serving_record
from tests.web.asking import essay, holding

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
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Address of a server of the essay's record."""
    with serving_record(holding(essay())) as served:
        yield served
