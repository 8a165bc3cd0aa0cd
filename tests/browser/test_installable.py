"""On a phone: the last seen agenda without a connection, and nothing kept that was not asked for."""

import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from tests.browser.conftest import House
from tests.browser.town import a_place_is_open
from tests.conftest import Visitor
from vwg import links
from vwg.db import db, locked, writing
from vwg.domain import rsvps
from vwg.domain.errors import RuleBroken
from vwg.models import EventDate

pytestmark = pytest.mark.browser

KEEP, FORGET = "Keep this number on this phone", "Forget it on this phone"
LOOKED_AFTER = """async () => {
  const needed = [location.pathname, ...[...document.querySelectorAll('link[rel=stylesheet]')].map((each) => each.href), ...[...document.scripts].filter((each) => each.src).map((each) => each.src)];
  const kept = await Promise.all(needed.map((each) => caches.match(each)));
  return navigator.serviceWorker.controller !== null && kept.every((each) => each !== undefined);
}"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found.sort();
}"""


def visit_until_it_is_looked_after(page: Page, address: str) -> None:
    """The service worker holds this page, and has kept it with its sheets and scripts."""
    page.goto(address)
    wait_for_a_promised_yes(page, LOOKED_AFTER)


def wait_for_a_promised_yes(page: Page, asked: str) -> None:
    """`wait_for_function` alone takes any promise for a yes: it asks again until one promised it. What it is given must be
    a function, as everywhere: an expression is read anew each time, which our policy forbids as soon as it really waits."""
    page.wait_for_function(f"() => {{ ({asked})().then((yes) => {{ window.promised ||= yes }}); return window.promised === true; }}")


def sign_up_oksana(house: House) -> tuple[str, str, str]:
    """Her own page in English, her eight digits, and the name of the place."""
    with house.app.test_request_context(), writing():
        date = next(each for each in db.session.scalars(select(EventDate).order_by(EventDate.starts_at.desc(), EventDate.id)) if _is_open(each))
        rsvp = rsvps.sign_up(locked(EventDate, date.id), rsvps.Party(1), language="en", name="Oksana")
        db.session.commit()
        place = date.place.name if date.place else ""
        digits = rsvps.code(rsvp)
        return links.to("mine", rsvp, "en"), " ".join(digits[at : at + 2] for at in (0, 2, 4, 6)), place


def _is_open(date: EventDate) -> bool:
    try:
        rsvps.check_open(date)
    except RuleBroken:
        return False
    return date.event.is_public and not rsvps.standing([date])[date.id].is_full


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
    expect(page.locator("[data-offline]")).to_have_text(re.compile(r"\d+/\d+ \d\d:\d\d"))
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 246, 238)"  # the sheet is there too


def test_a_page_that_was_never_seen_leads_to_the_agenda_of_its_language(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")

    house.stop()
    page.goto(f"{house.url}/nl/partners/")

    expect(page.locator("h1")).to_have_text(re.compile("."))
    expect(page.locator("[data-offline]")).to_be_visible()
    assert page.locator(".card").count() > 0


def test_a_page_kept_before_the_sheet_changed_gets_the_sheet_of_today(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")
    page.evaluate("""async () => {
      const pages = await caches.open('vwg-pages-1'), kept = await pages.match(location.pathname);
      await pages.put(location.pathname, new Response((await kept.text()).replace(/style\\.css\\?v=\\w+/, 'style.css?v=before'), { headers: kept.headers }));
    }""")

    house.stop()
    page.goto(f"{house.url}/nl/agenda/")

    assert page.locator("link[rel=stylesheet]").first.get_attribute("href") == "/static/style.css?v=before"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(251, 246, 238)"


def test_of_forty_pages_the_one_that_was_seen_longest_ago_goes(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")
    page.evaluate("""async () => {
      const pages = await caches.open('vwg-pages-1');
      for (let each = 1; each < 40; each += 1) await pages.put(`/nl/agenda/e${each}`, new Response(''));
    }""")

    page.goto(f"{house.url}/nl/agenda/")
    page.goto(f"{house.url}/nl/welcome")

    kept = page.evaluate("caches.open('vwg-pages-1').then((pages) => pages.keys()).then((all) => all.map((each) => new URL(each.url).pathname))")
    assert (len(kept), kept[0], kept[-2:]) == (40, "/nl/agenda/e2", ["/nl/agenda/", "/nl/welcome"])


def test_with_a_connection_the_newest_page_is_shown(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")

    house.stop()
    house.start()
    page.goto(f"{house.url}/nl/agenda/")

    expect(page.locator("[data-offline]")).to_be_hidden()


def test_no_page_with_a_form_a_token_or_a_question_is_kept(house: House, page: Page) -> None:
    visit_until_it_is_looked_after(page, f"{house.url}/nl/agenda/")
    address, date = a_place_is_open(house.app)  # what comes first in the agenda hangs on the day, and may ask for no sign-up
    activity = f"/nl/agenda/{address}"
    page.goto(house.url + activity)

    for address in (f"/nl/signup/{date}", "/nl/signup/code", "/nl/account/sign-in", "/nl/agenda/?q=Oksana", "/nl/agenda/e00000000",
                    "/nl/signup/mine/x.y", "/nl/partners/reply/x.y", "/nl/planning/"):  # fmt: skip
        page.goto(house.url + address)

    wait_for_a_promised_yes(page, f"() => ({KEPT})().then((kept) => kept.includes('{activity}'))")  # it keeps in its own time
    kept = [path for path in page.evaluate(KEPT) if not path.startswith("/static/") and path != "/theme.css"]
    assert sorted(kept) == sorted({"/nl/agenda/", activity})
    assert "Oksana" not in page.evaluate("caches.open('vwg-pages-1').then((c) => c.match('/nl/agenda/')).then((r) => r.text())")


def test_what_leen_sees_signed_in_is_not_kept(house: House, device: BrowserContext, page: Page) -> None:
    signed_in(house, device, "leen")
    page.goto(f"{house.url}/nl/agenda/")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
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


def test_oksana_keeps_her_number_by_a_press_and_it_goes_with_another(house: House, page: Page) -> None:
    own, code, place = sign_up_oksana(house)
    page.goto(house.url + own)
    assert page.evaluate("localStorage.length") == 0

    page.get_by_role("button", name=KEEP).click()
    page.goto(f"{house.url}/en/agenda/")

    assert page.locator("[data-kept] [data-code]").all_inner_texts() == [code]
    assert page.locator("[data-kept] [data-place]").all_inner_texts() == [place]
    assert page.evaluate("Object.keys(JSON.parse(localStorage['vwg-kept'])[0]).sort()") == ["code", "place", "until", "when"]
    assert "Oksana" not in page.evaluate("JSON.stringify(localStorage)") and own not in page.evaluate("JSON.stringify(localStorage)")
    page.locator("[data-kept] button").click()
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_the_same_button_forgets(house: House, page: Page) -> None:
    own, _, _ = sign_up_oksana(house)
    page.goto(house.url + own)

    page.get_by_role("button", name=KEEP).click()
    page.get_by_role("button", name=FORGET).click()

    expect(page.get_by_role("button", name=KEEP)).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


def test_her_own_page_is_never_kept_for_when_there_is_no_connection(house: House, page: Page) -> None:
    own, code, _ = sign_up_oksana(house)
    visit_until_it_is_looked_after(page, f"{house.url}/en/agenda/")
    page.goto(house.url + own)
    assert code in page.locator("main").inner_text()

    house.stop()
    page.goto(house.url + own)

    assert code not in page.locator("main").inner_text()
    expect(page.locator("[data-offline]")).to_be_visible()


def test_a_kept_number_goes_by_itself_the_day_after(house: House, page: Page) -> None:
    page.goto(f"{house.url}/nl/agenda/")
    today = page.evaluate("(() => { const n = new Date(); return [n.getFullYear(), n.getMonth() + 1, n.getDate()].map((x) => String(x).padStart(2, '0')).join('-') })()")
    kept: list[dict[str, Any]] = [{"code": "1", "until": today}, {"code": "2", "until": "2020-01-01"}, {"code": "3"}]
    page.evaluate("(kept) => localStorage.setItem('vwg-kept', JSON.stringify(kept))", kept)

    page.goto(f"{house.url}/nl/welcome")

    assert page.evaluate("JSON.parse(localStorage['vwg-kept']).map((each) => each.code)") == ["1"]

