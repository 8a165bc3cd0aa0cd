"""On a phone: the last seen agenda without a connection, and nothing kept that was not asked for."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import House
from tests.conftest import Visitor

pytestmark = pytest.mark.browser

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found.sort();
}"""


def visit_until_it_is_looked_after(page: Page, address: str) -> None:
    """The service worker holds this page, and has kept the agenda."""
    page.goto(address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_function("caches.open('vwg-pages-1').then((pages) => pages.keys()).then((all) => all.length > 0)")


def signed_in(house: House, device: BrowserContext, who: str) -> None:
    visitor = Visitor(house.app).signed_in_as(who)
    cookie = visitor.client.get_cookie("vwg")
    assert cookie is not None
    device.add_cookies([{"name": "vwg", "value": cookie.value, "url": house.url}])


def test_amina_sees_the_last_seen_agenda_without_a_connection_and_that_it_is_that(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/ar/agenda/")
    titles = page.locator(".card .t").all_inner_texts()
    expect(page.locator("[data-offline]")).to_be_hidden()

    house.stop()
    page.goto(f"{house.url}/ar/agenda/")

    assert page.locator(".card .t").all_inner_texts() == titles != []
    expect(page.locator("[data-offline]")).to_be_visible()
    assert re.search(r"\d+/\d+ \d\d:\d\d", page.locator("[data-offline]").inner_text())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 246, 238)"  # the sheet is there too


def test_a_page_that_was_never_seen_leads_to_the_agenda_of_its_language(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")

    house.stop()
    page.goto(f"{house.url}/nl/partners/")

    expect(page.locator("h1")).to_have_text(re.compile("."))
    expect(page.locator("[data-offline]")).to_be_visible()
    assert page.locator(".card").count() > 0


def test_with_a_connection_the_newest_page_is_shown(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")

    house.stop()
    house.start()
    page.goto(f"{house.url}/nl/agenda/")

    expect(page.locator("[data-offline]")).to_be_hidden()


def test_no_page_with_a_form_a_token_or_a_question_is_kept(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")
    activity = page.locator(".card .t a").first.get_attribute("href")
    assert activity
    page.goto(house.url + activity)
    sign_up = page.locator("a[href*='/signup/d']").first.get_attribute("href")

    for address in (sign_up or "/nl/signup/code", "/nl/signup/code", "/nl/account/sign-in", "/nl/agenda/?q=Oksana", "/nl/agenda/e00000000",
                    "/nl/signup/mine/x.y", "/nl/partners/reply/x.y", "/nl/planning/"):  # fmt: skip
        page.goto(house.url + address)

    kept = [path for path in page.evaluate(KEPT) if not path.startswith("/static/") and path != "/theme.css"]
    assert sorted(kept) == sorted({"/nl/agenda/", activity})
    assert "Oksana" not in page.evaluate("caches.open('vwg-pages-1').then((c) => c.match('/nl/agenda/')).then((r) => r.text())")


def test_what_leen_sees_signed_in_is_not_kept(house: House, device: BrowserContext, page: Page) -> None:
    signed_in(house, device, "leen")
    page.goto(f"{house.url}/nl/agenda/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(f"{house.url}/nl/planning/")
    page.goto(f"{house.url}/nl/agenda/")
    assert "Leen" in page.locator("footer").inner_text()

    assert [path for path in page.evaluate(KEPT) if not path.startswith("/static/") and path != "/theme.css"] == []


def test_nothing_of_a_policy_is_broken_and_no_other_site_is_asked(house: House, page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{house.url}/nl/agenda/")
    page.locator(".card .t a").first.click()
    page.wait_for_load_state("networkidle")

    assert page.locator("script[type='application/ld+json']").count() == 1
    assert said == []
    assert [url for url in asked if not url.startswith((house.url + "/", "data:"))] == []


def test_a_number_is_kept_only_after_a_press_and_goes_with_another(house: House, page: Page) -> None:
    """The button stands on a sign-up's own page; here it is put on one that is easy to reach."""
    page.goto(f"{house.url}/nl/agenda/")
    expect(page.locator("[data-kept]")).to_be_hidden()
    _put_button(page, until="2999-01-01")
    assert page.evaluate("localStorage.length") == 0

    page.get_by_role("button", name="Bewaar").click()
    page.goto(f"{house.url}/nl/agenda/")

    assert page.locator("[data-kept] [data-code]").all_inner_texts() == ["48 29 17 05"]
    assert page.locator("[data-kept] [data-when]").all_inner_texts() == ["Zaterdag 21/3"]
    assert page.evaluate("Object.keys(JSON.parse(localStorage['vwg-kept'])[0]).sort()") == ["code", "place", "until", "when"]
    page.locator("[data-kept] li button").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_the_same_button_forgets(house: House, page: Page) -> None:
    page.goto(f"{house.url}/nl/agenda/")
    _put_button(page, until="2999-01-01")

    page.get_by_role("button", name="Bewaar").click()
    page.get_by_role("button", name="Vergeet").click()

    expect(page.get_by_role("button", name="Bewaar")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_a_kept_number_goes_by_itself_the_day_after(house: House, page: Page) -> None:
    page.goto(f"{house.url}/nl/agenda/")
    today = page.evaluate("(() => { const n = new Date(); return [n.getFullYear(), n.getMonth() + 1, n.getDate()].map((x) => String(x).padStart(2, '0')).join('-') })()")
    kept: list[dict[str, Any]] = [{"code": "1", "until": today}, {"code": "2", "until": "2020-01-01"}, {"code": "3"}]
    page.evaluate("(kept) => localStorage.setItem('vwg-kept', JSON.stringify(kept))", kept)

    page.goto(f"{house.url}/nl/welcome")

    assert page.evaluate("JSON.parse(localStorage['vwg-kept']).map((each) => each.code)") == ["1"]


def _put_button(page: Page, until: str) -> None:
    page.evaluate(
        """(until) => {
          const button = document.createElement("button");
          button.hidden = true;
          Object.assign(button.dataset, { keepCode: "48 29 17 05", keepWhen: "Zaterdag 21/3", keepPlace: "Zaal Skala", keepUntil: until,
            keepWords: "Bewaar op dit toestel", keepForget: "Vergeet" });
          button.append(document.createElement("span"));
          document.querySelector("main").append(button);
          const again = document.createElement("script");
          again.src = document.querySelector("script[src*='device.js']").src + "&again";
          return new Promise((done) => { again.onload = done; document.head.append(again); });
        }""",
        until,
    )
