"""What one looks for: combined, taken away, and helped out of when nothing is there."""

import html
import re
from typing import Any

import pytest

from tests.agenda.test_pages import plan, titles
from tests.conftest import Visitor, later, world_kitchen
from vwg import demo
from vwg.db import db
from vwg.pages import address_of


def links(page: Any, part: str) -> dict[str, str]:
    """The words of the links whose address has that part, with their address."""
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page.text, re.S)
    return {re.sub(r"<[^>]+>", "", words).strip(): html.unescape(address) for address, words in found if part in html.unescape(address)}


def test_what_has_no_chip_of_its_own_gets_one_that_takes_it_away(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast)
    db.session.commit()

    page = anybody.get(f"/en/agenda/?q=wereld&place={address_of(cast.skala)}&from=2026-03-20&free=1")

    shown = links(page, "/en/agenda/?")
    assert titles(page) == ["Wereldkeuken"]
    assert shown["Zaal Skala"] == "/en/agenda/?q=wereld&free=1&from=2026-03-20"
    assert shown["From 20/3/2026"] == f"/en/agenda/?q=wereld&place={address_of(cast.skala)}&free=1"
    assert shown["“wereld”"] == f"/en/agenda/?place={address_of(cast.skala)}&free=1&from=2026-03-20"


def test_nothing_found_says_which_choice_to_take_away(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast, price_cents=300)
    plan(cast, "Praattafel", 19)
    db.session.commit()

    page = anybody.get("/en/agenda/?free=1&category=cooking")

    assert titles(page) == []
    assert links(page, "/en/agenda/?") | {
        "Without Free · 1 date": "/en/agenda/?category=cooking",
        "Without Cooking and eating · 1 date": "/en/agenda/?free=1",
    } == links(page, "/en/agenda/?")


def test_a_choice_that_helps_nothing_is_not_offered(cast: demo.Cast, anybody: Visitor) -> None:
    world_kitchen(cast)
    db.session.commit()

    page = anybody.get("/en/agenda/?q=zzz&when=banana&free=1")

    assert page.status_code == 200 and "Nothing found" in page.text and "Without" not in page.text


def test_years_that_have_been_stand_behind_earlier_the_latest_first(cast: demo.Cast, anybody: Visitor) -> None:
    plan(cast, "Praattafel", 5)
    world_kitchen(cast)
    plan(cast, "Nieuwjaar", 15, month=12)
    db.session.commit()

    with later(days=400):
        assert titles(anybody.get("/nl/agenda/")) == []
        page = anybody.get("/en/agenda/?when=earlier")
        assert titles(page) == ["Nieuwjaar", "Wereldkeuken", "Praattafel"]
        assert links(page, "from=2026-01-01") == {"2026": "/en/agenda/?when=earlier&from=2026-01-01&to=2026-12-31"}
        assert titles(anybody.get("/en/agenda/?when=earlier&from=2027-01-01&to=2027-12-31")) == []
        assert titles(anybody.get("/en/agenda/?when=earlier&category=cooking&page=99")) == ["Wereldkeuken"]


def test_one_chooses_by_a_place_or_a_partner_that_has_something_to_come(cast: demo.Cast, anybody: Visitor) -> None:
    plan(cast, "Praattafel", 19, organisation=cast.de_brug)
    cast.sociaal_huis.address_public = False
    world_kitchen(cast, place=cast.sociaal_huis)
    db.session.commit()

    page = anybody.get("/en/agenda/?free=1&choose=1")

    assert set(links(page, "place=")) == {"Zaal Skala"} and set(links(page, "partner=")) == {"De Brug"}
    assert titles(anybody.get(links(page, "partner=")["De Brug"])) == ["Praattafel"]


@pytest.mark.parametrize("asked", ["q=%00", "q=a%00b", "category=%00", "place=l%00", "partner=%00", "from=%00", "spoken=%00", "choose=%00", "page=%00", "lang=%00"])
def test_the_sign_that_is_none_is_an_answered_question(cast: demo.Cast, anybody: Visitor, asked: str) -> None:
    world_kitchen(cast)
    db.session.commit()

    assert anybody.get(f"/ti/agenda/?{asked}").status_code == 200


def test_a_search_knows_what_changed_and_takes_signs_as_they_are(cast: demo.Cast, anybody: Visitor) -> None:
    kitchen = world_kitchen(cast, text="100% zelf gemaakt")
    plan(cast, "Café Été", 19)
    db.session.commit()
    kitchen.texts[0].title = "Soepdag"
    db.session.commit()

    found = {asked: titles(anybody.get("/nl/agenda/", query_string={"q": asked})) for asked in ("wereld", "SOEP", "100%", "_", "cafe ete")}
    assert found == {"wereld": [], "SOEP": ["Soepdag"], "100%": ["Soepdag"], "_": [], "cafe ete": ["Café Été"]}
