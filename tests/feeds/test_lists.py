"""What other sites read of the agenda, and what they show of it in a page of their own."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask import Flask

from tests.conftest import Visitor, forms_of, inside, later
from tests.feeds import stories
from tests.feeds.test_fetching import break_database, mend_database
from vwg.db import db
from vwg.domain import dates
from vwg.models import Category

ATOM = "{http://www.w3.org/2005/Atom}"
Get = Callable[..., Any]


@pytest.fixture
def get(app: Flask, visitor: Visitor) -> Get:
    """A stranger's site fetches; Leen's kitchen of 21 March and four Saturdays of Praattafel stand there."""
    app.extensions.pop("vwg feeds", None)
    with inside(app):
        cooking = db.session.query(Category).filter_by(slug="cooking").one()
        stories.post(category=cooking, text="Iedereen <b>welkom</b> & meer")
        stories.post("Praattafel", weeks=4, day=7)
        db.session.commit()
    return lambda path, headers=None, **query: app.test_client().get(path, query_string=query, headers=headers or {})


def titles(answer: Any) -> list[str]:
    return [item["title"] for item in json.loads(answer.data)["items"]]


def test_the_json_feed_says_each_activity_once_with_its_dates(get: Get) -> None:
    answer = get("/feeds/agenda.json")
    told = json.loads(answer.data)

    assert answer.content_type == "application/feed+json; charset=utf-8"
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["feed_url"] == "http://localhost/feeds/agenda.json"
    assert titles(answer) == ["Praattafel", "Wereldkeuken"]
    kitchen = told["items"][1]
    assert kitchen["_event"]["dates"][0]["starts"] == "2026-03-21T14:00:00+01:00"
    assert "Iedereen <b>welkom</b> & meer" in kitchen["content_text"]
    assert len(told["items"][0]["_event"]["dates"]) == 4


def test_the_atom_feed_is_whole_and_its_texts_are_plain(get: Get) -> None:
    answer = get("/feeds/agenda.atom", lang="ar")
    feed = Xml.fromstring(answer.data)

    assert answer.content_type == "application/atom+xml; charset=utf-8"
    assert [entry.findtext(f"{ATOM}title") for entry in feed.findall(f"{ATOM}entry")] == ["Praattafel", "Wereldkeuken"]
    for parent in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert parent.findtext(f"{ATOM}{name}"), name
    content = feed.findall(f"{ATOM}entry/{ATOM}content")[1]
    assert content.get("type") == "text" and "Iedereen <b>welkom</b> & meer" in (content.text or "")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == "http://localhost/feeds/agenda.atom?lang=ar"


def test_a_list_survives_what_xml_cannot_hold(app: Flask, get: Get) -> None:
    with inside(app):
        stories.edit(title="A\x0bB\x1e \ufffe ሰላም 👩‍👩‍👧")
        db.session.commit()
    assert Xml.fromstring(get("/feeds/agenda.atom").data) is not None
    assert "ሰላም 👩‍👩‍👧" in titles(get("/feeds/agenda.json"))[1]


@pytest.mark.parametrize("path", ["/feeds/agenda.json", "/feeds/agenda.atom"])
def test_filters_marks_and_bad_days_are_as_of_calendars(app: Flask, get: Get, path: str) -> None:
    answer = get(path)
    assert b"Praattafel" not in get(path, category="cooking").data and b"Wereldkeuken" in get(path, category="cooking").data
    assert b"Wereldkeuken" not in get(path, when="nonsense").data
    assert get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    break_database(app)
    try:
        assert get(path).data == answer.data
        assert get(path, lang="en").status_code == 503
    finally:
        mend_database(app)
    with inside(app):
        dates.cancel(stories.the_dates()[0], "Zaal dicht", stories.leen())
        db.session.commit()
    assert get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    with later(days=120):
        assert b"Praattafel" not in get(path).data


def test_only_public_feeds_may_be_read_by_other_sites(get: Get) -> None:
    for path in ("/feeds/agenda.ics", "/feeds/agenda.json", "/feeds/agenda.atom"):
        assert get(path).headers["Access-Control-Allow-Origin"] == "*", path
    for path in ("/nl/agenda/", "/embed/agenda", "/feeds/mine/1.x.ics", "/theme.css"):
        assert "Access-Control-Allow-Origin" not in get(path).headers, path


def test_only_the_embedded_agenda_may_be_framed_and_it_has_nothing_to_press(get: Get) -> None:
    page = get("/embed/agenda")
    policy = page.headers["Content-Security-Policy"]

    assert "frame-ancestors *" in policy and "'unsafe" not in policy and "default-src 'none'" in policy
    assert "Set-Cookie" not in page.headers and "X-Frame-Options" not in page.headers
    assert forms_of(page.text) == [] and page.text.count('target="_blank"') == page.text.count("<a ") == 6
    for path in ("/nl/agenda/", "/nl/agenda/subscribe", "/nl/account/sign-in"):
        assert "frame-ancestors 'none'" in get(path).headers["Content-Security-Policy"]


def test_the_fragment_has_no_script_and_no_style_and_whole_addresses(get: Get) -> None:
    piece = get("/embed/agenda.html", category="cooking").text

    assert not any(word in piece for word in ("<script", "style", "<html", 'href="/'))
    assert piece.count("<li>") == 1 and 'href="http://localhost/nl/agenda/e' in piece


def test_a_site_chooses_what_how_many_which_language_and_colour(get: Get) -> None:
    assert get("/embed/agenda", count="2").text.count("<li>") == 2
    assert get("/embed/agenda", count="999999").text.count("<li>") == 5
    assert get("/embed/agenda", count="-1").text.count("<li>") == 5
    assert get("/embed/agenda", category="nothing").text.count("<li>") == 0
    arabic = get("/embed/agenda", lang="ar").text
    assert '<html lang="ar" dir="rtl"' in arabic
    assert '<html lang="nl"' in get("/embed/agenda", lang="xx").text

    assert "/embed/theme.css?accent=0055aa" in get("/embed/agenda", accent="#0055AA").text
    assert "--brand:#0055aa" in get("/embed/theme.css", accent="0055aa").text
    nonsense = get("/embed/theme.css", accent="red;}body{display:none")
    assert nonsense.text == get("/embed/theme.css").text and "display" not in nonsense.text
    yellow = get("/embed/theme.css", accent="ffff00").text  # nobody reads yellow on paper: it is darkened
    assert "--brand:#ffff00" not in yellow and "--brand:" in yellow


def test_the_example_page_has_a_strict_policy_and_loads_nothing_else() -> None:
    page = (Path(__file__).parents[2] / "docs" / "voorbeeld-agenda-op-uw-site.html").read_text()

    assert "default-src 'none'" in page and "'unsafe" not in page
    assert "<script>" not in page and "style=" not in page and "data-agenda" in page


def test_an_address_that_is_told_after_signing_up_stands_in_no_list(app: Flask, get: Get) -> None:
    with inside(app):
        address = stories.the_dates()[0].place.address
        stories.edit(address_after_signup=True)
        stories.edit("Praattafel", address_after_signup=True)
        db.session.commit()
    assert address
    for path in ("/feeds/agenda.ics", "/feeds/agenda.json", "/feeds/agenda.atom", "/embed/agenda", "/embed/agenda.html"):
        answer = get(path)
        assert answer.status_code == 200 and "Wereldkeuken" in answer.text
        assert address not in answer.text and "Zaal Skala" not in answer.text, path
