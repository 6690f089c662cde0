"""The first thing that is tried on /docs: a request is executed as it stands, and finds something."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.core.model import Record
from tests import records
from tests.browser.conftest import opened
from tests.running import serving_record, store_of


@pytest.fixture(scope="module")
def reference(browser: Browser, url: str):
    with opened(browser) as page:
        page.goto(f"{url}/docs")
        yield page


def executed(page: Page, path: str) -> tuple[str, Any]:
    """Status and body of a GET that is tried as the page proposes it."""
    block = page.locator(f".opblock:has([data-path='{path}'])").first
    block.locator(".opblock-summary-control").click()
    button = block.locator(".try-out__btn")
    if "cancel" not in (button.get_attribute("class") or ""):
        button.click()
    block.locator(".execute").click()
    answer = block.locator(".live-responses-table tr.response")
    status = answer.locator(".response-col_status").inner_text().split()[0]
    return status, json.loads(answer.locator(".response-col_description .microlight").first.text_content() or "")


def test_the_first_execute_of_the_list_finds_claims(reference: Page):
    status, found = executed(reference, "/claims")
    assert status == "200"
    assert found["total"] > 0
    assert len(found["items"]) == 20


def test_the_first_execute_of_a_claim_finds_it(reference: Page):
    status, claim = executed(reference, "/claims/{claim_id}")
    assert status == "200"
    assert claim["attribution"]


def test_another_record_is_found_as_well(browser: Browser):
    with serving_record(store_of(Record.model_validate(records.record()))) as other, opened(browser) as page:
        page.goto(f"{other}/docs")
        assert executed(page, "/claims")[1]["total"] == 6
        assert executed(page, "/claims/{claim_id}")[1]["document"] == "the-ferries"
