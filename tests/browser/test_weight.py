"""What a first visit weighs on a cheap telephone, over the wire, with its fonts."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.conftest import House
from tests.browser.town import a_place_is_open
from vwg import clock
from vwg.config import ROOT
from vwg.db import db, writing
from vwg.domain import pictures
from vwg.formats.picture import PHONE

pytestmark = pytest.mark.browser

MOST = 100_000  # bytes: page, style, script and fonts
LANGUAGES = ["ar", "ti"]
PUBLIC = ["agenda/", "agenda/{activity}", "agenda/{month}", "signup/{date}", "signup/code", "partners/", "agenda/subscribe", "welcome", "privacy", "accessibility",
          "partners/submit", "nothing-here"]  # fmt: skip

LED_TO = ["agenda/", "agenda/{activity}", "signup/{date}"]


@pytest.fixture
def new_phone(browser: Any) -> Iterator[Any]:
    """It keeps nothing, so that every visit is the first."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, service_workers="block")
    yield context
    context.close()


def arrivals(context: Any, address: str) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """What comes over the wire for somebody who was never here (address: bytes), and the cookies that stay."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    weights: dict[str, int] = {}
    names: dict[str, str] = {}
    devtools.on("Network.responseReceived", lambda given: names.update({given["requestId"]: given["response"]["url"]}))
    devtools.on("Network.loadingFinished", lambda given: weights.update({given["requestId"]: int(given["encodedDataLength"])}))
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.wait_for_load_state("networkidle")
    cookies = context.cookies()
    context.clear_cookies()
    page.close()
    return {names.get(request, "?"): weight for request, weight in weights.items()}, cookies


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_that_links_lead_to_are_light(house: House, new_phone: Any, language: str) -> None:
    """With the script's own font, where it has one."""
    check_first_visits(house, new_phone, language, LED_TO)


@pytest.mark.parametrize("language", ["nl", *(pytest.param(language, marks=pytest.mark.slow) for language in LANGUAGES)])
def test_a_first_visit_is_light(house: House, new_phone: Any, language: str) -> None:
    check_first_visits(house, new_phone, language, PUBLIC)


def check_first_visits(house: House, new_phone: Any, language: str, paths: list[str]) -> None:
    activity, date = a_place_is_open(house.app)
    month = f"{clock.today():%Y-%m}"
    heavy, foreign, keeping = {}, [], []
    for path in paths:
        address = f"/{language}/{path.format(activity=activity, date=date, month=month)}"
        each, cookies = arrivals(new_phone, house.url + address)
        if sum(each.values()) > MOST or len(each) < 4:
            heavy[address] = each
        foreign += [url for url in each if not url.startswith((house.url, "data:"))]
        keeping += [path for _ in cookies[:1]]

    assert heavy == {}
    assert foreign == []
    assert set(keeping) <= {"signup/{date}", "signup/code", "partners/submit"}  # what posts a form carries its token


def test_a_logo_is_small(house: House, new_phone: Any) -> None:
    with house.app.app_context(), writing():
        pictures.set_logo((ROOT / "static" / "app" / "icon-512.png").read_bytes())
        db.session.commit()
    try:
        each, _cookies = arrivals(new_phone, f"{house.url}/nl/agenda/")
    finally:
        with house.app.app_context(), writing():
            pictures.remove_logo()
            db.session.commit()
    shown = {url: weight for url, weight in each.items() if "/picture/" in url}

    assert len(shown) == 1
    assert max(shown.values()) <= PHONE
    assert sum(each.values()) <= MOST
