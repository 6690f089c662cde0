"""What a browser sees of every page: no barrier by axe-core, nothing foreign, nothing cut off, at every width."""

import json
from contextlib import AbstractContextManager
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web import create_app
from tests import records
from tests.browser.conftest import opened
from tests.running import ferries, serving

PLACES = (
    "/",
    "/?as_of=2022-07",
    "/claims?q=drones&topic=drones",
    "/claims/iran-providing-drones",
    "/claims/iran-providing-drones?as_of=2022-12",
    "/sources",
    "/sources/reuters",
    "/sources/dina-esfandiary/impact",
    "/sources/iranian-government",
    "/statuses",
    "/sourcings",
    "/topics",
    "/entities",
    "/documents",
    "/documents/axis-of-convenience",
    "/verify",
    "/claims/iran-providing-drones/card",
    "/transitions",
    "/claims?statsu=x",
)
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
# Off by default in axe-core, for it is a rule of WCAG 2.2 alone.
RULES = {"target-size": {"enabled": True}}


def seen(browser: Browser, width: int, scheme: str = "light") -> AbstractContextManager[Page]:
    return opened(browser, viewport={"width": width, "height": 900}, color_scheme=scheme)


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_axe_finds_no_barrier_on_any_page(browser, url, width, scheme):
    found = {}
    with seen(browser, width, scheme) as page:
        for place in PLACES:
            page.goto(url + place)
            page.evaluate(AXE)
            result = page.evaluate(f"axe.run({{rules: {json.dumps(RULES)}, resultTypes: ['violations']}})")
            for each in result["violations"]:
                found[f"{place} {each['id']}"] = [node["target"] for node in each["nodes"]][:3]

    assert found == {}


def test_no_page_asks_anybody_else_or_says_anything_on_the_console(browser, url):
    said: list[str] = []
    with seen(browser, 1280) as page:
        page.on("request", lambda request: None if request.url.startswith(url) else said.append(request.url))
        page.on("requestfailed", lambda request: said.append(f"failed: {request.url}"))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        for place in PLACES[:-1]:
            page.goto(url + place, wait_until="networkidle")

    assert said == []


@pytest.mark.parametrize("width", [320, 768, 1440, 3840])
def test_no_page_is_wider_than_the_window(browser, url, width):
    with seen(browser, width) as page:
        wide = {}
        for place in PLACES:
            page.goto(url + place)
            wide[place] = page.evaluate("document.documentElement.scrollWidth")

    assert wide == dict.fromkeys(PLACES, width)


def test_tap_on_a_shape_opens_its_words_and_a_tap_on_these_its_claim(browser, url):
    with opened(browser, viewport={"width": 390, "height": 800}, has_touch=True, java_script_enabled=False) as page:
        page.goto(url)
        page.locator(".cells a.confirmed").first.tap()
        line = page.locator("li:target")
        expect(line).to_be_in_viewport()
        with page.expect_navigation():
            line.locator("a").tap()
        assert page.url.startswith(f"{url}/claims/")


def test_every_focus_is_seen(browser, url):
    unseen = []
    with seen(browser, 1280) as page:
        for place in ("/claims?q=drones", "/claims/iran-providing-drones"):
            page.goto(url + place)
            for _ in range(40):
                page.keyboard.press("Tab")
                width = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
                style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                if style == "none" or width < 2:
                    unseen.append(page.evaluate("document.activeElement.outerHTML"))

    assert unseen == []


def test_pages_are_printed_without_what_only_a_screen_can_use(browser, url):
    with seen(browser, 800) as page:
        page.emulate_media(media="print")
        page.goto(url)

        assert page.locator("main form").is_hidden()
        assert page.locator("header nav").is_hidden()
        assert page.locator(".cells a").first.is_visible()


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1440, "dark")])
def test_axe_finds_no_barrier_on_an_annotated_copy_and_it_is_not_wider_than_the_window(browser, width, scheme):
    with serving(create_app(ferries())) as small, seen(browser, width, scheme) as page:
        for blocked in (False, True):
            if blocked:
                page.route("**/verify.js*", lambda route: route.abort())
            page.goto(f"{small}/verify")
            page.locator("#text").fill(records.TEXT.replace("Norland denied it. ", ""))
            page.get_by_role("button", name="Annotate it").click()
            expect(page.locator(".annotated")).to_be_visible()
            page.evaluate(AXE)
            result = page.evaluate(f"axe.run({{rules: {json.dumps(RULES)}, resultTypes: ['violations']}})")

            assert [(each["id"], each["nodes"][0]["target"]) for each in result["violations"]] == []
            assert page.evaluate("document.documentElement.scrollWidth") == width
