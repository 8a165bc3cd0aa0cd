"""What a first visit weighs on a cheap telephone, over the wire, with its fonts."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import House

pytestmark = pytest.mark.browser

MOST = 100_000  # bytes: page, style, script and fonts


@pytest.mark.parametrize("language", ["nl", "ar", "ti"])
@pytest.mark.parametrize("which", ["the agenda", "an activity"])
def test_a_first_visit_is_light(house: House, browser: Browser, language: str, which: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    page.goto(f"{house.url}/{language}/agenda/")
    address = page.locator(".card .t a").first.get_attribute("href") if which == "an activity" else f"/{language}/agenda/"
    context.close()

    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    weights: dict[str, int] = {}
    names: dict[str, str] = {}
    devtools.on("Network.responseReceived", lambda given: names.update({given["requestId"]: given["response"]["url"]}))
    devtools.on("Network.loadingFinished", lambda given: weights.update({given["requestId"]: int(given["encodedDataLength"])}))
    page.goto(f"{house.url}{address}")
    page.wait_for_load_state("networkidle")
    cookies = context.cookies()
    context.close()

    each = {names.get(request, "?"): weight for request, weight in weights.items()}
    assert sum(each.values()) <= MOST, each
    assert len(each) >= 5
    assert all(url.startswith((house.url, "data:")) for url in each), each
    assert cookies == []
