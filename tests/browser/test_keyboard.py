"""A reader with a keyboard and no JavaScript gets everywhere."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import opened

MOST_TABS = 300


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with opened(browser, java_script_enabled=False, viewport={"width": 1280, "height": 900}) as page:
        yield page


def focus(page: Page, selector: str) -> None:
    """Press Tab until the focus is on an element that ``selector`` finds."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    pytest.fail(f"no way to {selector} by Tab")


def follow(page: Page, selector: str) -> None:
    """Go to a link and press Enter."""
    focus(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_claim_is_found_by_search_opened_and_followed_through_time(page, url):
    page.goto(url)
    focus(page, "#q")
    page.keyboard.type("providing drones")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Claims with “providing drones”")

    follow(page, '.claims a[href="/claims/iran-providing-drones"]')
    expect(page.locator(".verdict strong")).to_have_text("Confirmed")
    expect(page.locator("svg.ribbon")).to_be_visible()

    follow(page, '.periods a[href$="as_of=2022-07"]')
    expect(page.locator(".verdict strong")).to_have_text("Unconfirmed")
    expect(page.locator("tr.current td").first).to_have_text("July 2022")


def test_map_is_stepped_to_a_month_and_back(page, url):
    page.goto(url)
    confirmed = page.locator(".cells a.confirmed").count()

    follow(page, '.steps a[href="/?as_of=2022-07"]')
    assert page.locator(".cells a.confirmed").count() < confirmed
    expect(page.locator(".steps a[aria-current]")).to_have_text("July 2022")

    follow(page, '.steps a[href="/"]')
    assert page.locator(".cells a.confirmed").count() == confirmed


def test_impact_of_a_source_is_read_by_way_of_the_sources(page, url):
    page.goto(url)
    follow(page, 'header a[href="/sources"]')
    follow(page, 'main a[href="/sources/reuters"]')

    expect(page.locator("#impact")).to_have_text("What would change without it")
    assert page.locator("table tbody tr").count() >= 1


def test_filter_is_set_by_a_form_and_taken_off_by_a_link(page, url):
    page.goto(url)
    focus(page, "#status")
    page.keyboard.type("disp")
    focus(page, "main button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".chips a")).to_contain_text("that are disputed")

    follow(page, ".chips a")
    expect(page.locator("h1")).to_have_text("All claims")


def test_first_tab_offers_to_skip_to_the_content(page, url):
    page.goto(url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator("main :focus")).to_have_count(1)


def test_shape_leads_to_the_words_of_its_claim_and_these_to_the_claim(page, url):
    page.goto(url)
    focus(page, '.cells a[href="#c-iran-providing-drones"]')
    page.keyboard.press("Enter")
    expect(page.locator("li:target")).to_be_in_viewport()
    expect(page.locator("li:target")).to_contain_text("confirmed: In July 2022, Iran was providing")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".verdict strong")).to_have_text("Confirmed")
