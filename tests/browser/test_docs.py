"""/docs in a real browser with the network cut: every operation is there, every one can be tried, nothing is fetched
from elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.sync_api import Browser, Page, Route

from tests.browser.conftest import opened


@dataclass
class Seen:
    """What a page did while it was open."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def docs(browser: Browser, url: str) -> Iterator[Seen]:
    """The page, with everything expanded and every operation executed once."""
    with opened(browser) as page:
        yield tried(page, url)


def tried(page: Page, url: str) -> Seen:
    """What happens when everything is expanded and every operation executed once."""
    seen = Seen(page)

    def local_only(route: Route) -> None:
        if route.request.url.startswith((url, "data:")):
            route.continue_()
        else:
            seen.foreign.append(route.request.url)
            route.abort()

    page.route("**/*", local_only)
    page.on("console", lambda said: seen.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.goto(f"{url}/docs")
    page.wait_for_selector(".opblock")
    for block in page.query_selector_all(".opblock"):
        path = block.query_selector(".opblock-summary-path")
        assert path is not None
        name = f"{block.get_attribute('class')} {path.get_attribute('data-path')}"
        block.query_selector(".opblock-summary-control").click()  # type: ignore[union-attr]
        execute = block.wait_for_selector(".execute")
        assert execute is not None
        execute.click()
        status = block.wait_for_selector(".live-responses-table tr.response .response-col_status")
        assert status is not None
        seen.answers[name] = int((status.text_content() or "0").split()[0])
        block.query_selector(".opblock-summary-control").click()  # type: ignore[union-attr]
    return seen


def test_every_operation_is_visible(docs, url):
    document = httpx.get(f"{url}/openapi.json").json()
    listed = {
        f"opblock opblock-{method} {path}" for path, operations in document["paths"].items() for method in operations
    }
    assert {name.replace(" is-open", "") for name in docs.answers} == listed
    assert len(docs.answers) == len(listed)


def test_every_operation_can_be_tried_as_it_stands_and_answers_200(docs):
    assert set(docs.answers.values()) == {200}, docs.answers


def test_nothing_is_fetched_from_elsewhere(docs):
    assert docs.foreign == []


def test_the_browser_has_nothing_to_complain_of(docs):
    assert docs.complaints == []


def test_the_policy_lets_in_nothing_inline_and_nothing_foreign(url):
    policy = httpx.get(f"{url}/docs").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["connect-src"] == "'self'"
    assert not any("*" in each or "http" in each for each in rules.values())


def test_no_operation_is_longer_than_two_screens(browser, url):
    with opened(browser, viewport={"width": 1440, "height": 900}) as page:
        page.goto(f"{url}/docs")
        heights = {}
        for block in page.locator(".opblock").all():
            name = block.locator(".opblock-summary-path").get_attribute("data-path")
            block.locator(".opblock-summary-control").click()
            block.locator(".responses-inner .microlight").first.wait_for()
            box = block.bounding_box()
            assert box is not None
            heights[name] = box["height"]
            block.locator(".opblock-summary-control").click()
    assert {name: height for name, height in heights.items() if height > 2 * 900} == {}


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_the_colours_are_those_that_the_browser_asks_for(browser, url, scheme, dark):
    with opened(browser, color_scheme=scheme) as page:
        page.goto(f"{url}/docs")
        page.wait_for_selector(".opblock")
        colour = page.evaluate(
            "getComputedStyle(document.querySelector('.opblock-summary-path')).color.match(/\\d+/)[0]"
        )
        assert (int(colour) > 128) == dark
