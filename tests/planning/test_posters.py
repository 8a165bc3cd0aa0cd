"""A poster on one sheet of A4, in each language; what is not for strangers is not on it."""

from dataclasses import asdict, replace
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests.conftest import Visitor, inside
from tests.formats.test_share_picture import TITLES, kitchen
from vwg import phrases
from vwg.db import db
from vwg.formats import poster, typesetting
from vwg.models import Event, EventDate, Visibility


def on_paper() -> EventDate:
    date = kitchen(**TITLES)
    date.event.facts, date.event.dutch_level = {"children": True}, 1
    for text in date.event.texts:
        text.text = "Iedereen kookt mee."
    return date


def words_in(language: str) -> poster.Words:
    date = on_paper()
    with phrases.speaking(language):
        return poster.words(date.event, [date], date.event.text_in(language), group="Samen", address="https://vwg.example.org/ar/agenda/e23456789", reach="0470 00 00 00", named=["De Brug"])


@pytest.mark.parametrize("language", TITLES)
def test_it_is_one_sheet_in_every_script_however_much_is_said(language: str) -> None:
    much = replace(words_in(language), title="Samen koken " * 11, text="Iedereen kookt en eet mee. " * 22, dates=("Zaterdag 21 maart 2026 van 14:00 tot 18:00",) * 4)
    for given in (words_in(language), much):
        made = typesetting.set_page("poster", {**asdict(given), **typesetting.of_language(given.lang), "logo": [], "photo": [], "square": "<svg xmlns='http://www.w3.org/2000/svg'/>"}, format="png", ppi=36)
        assert Image.open(BytesIO(made)).size == (298, 421)  # one page, or `set_page` had said no


def test_amina_reads_it_in_arabic_with_the_dutch_under_it() -> None:
    words = words_in("ar")

    assert (words.title, words.dutch_title, words.direction) == ("مطبخ العالم", "Wereldkeuken", "rtl")
    assert (words.dates, words.dutch) == (("السبت 21/3/2026 من 14:00 إلى 18:00",), ("Zaterdag 21 maart 2026 van 14:00 tot 18:00",))
    assert words.address == "vwg.example.org/ar/agenda/e23456789" and "De Brug" in words.thanks


def test_the_street_is_not_on_it_when_it_comes_after_signing_up() -> None:
    date = on_paper()
    assert date.place is not None
    date.place.address_public = False
    with phrases.speaking("nl"):
        said = poster.words(date.event, [date], None, group="Samen", address="https://vwg.example.org/", reach="")

    assert said.place == "Kalken" and "Kalkendorp" not in str(asdict(said))


def test_leen_opens_the_poster_of_what_everybody_may_see(leen: Visitor) -> None:
    with inside(leen.app):
        public_id = db.session.scalars(select(Event.public_id)).one()
    page = leen.get(f"/en/planning/{public_id}/poster").text
    assert f"/en/planning/{public_id}/poster/ar.pdf" in page and "stand there in Dutch" in page
    file = leen.get(f"/en/planning/{public_id}/poster/ar.pdf")
    assert (file.status_code, file.mimetype, file.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert leen.get(f"/en/planning/{public_id}/poster/xx.pdf").status_code == 404
    assert Visitor(leen.app).get(f"/en/planning/{public_id}/poster/ar.pdf").status_code == 302

    with inside(leen.app):
        db.session.scalars(select(Event)).one().visibility = Visibility.INTERNAL
        db.session.commit()
    assert leen.get(f"/en/planning/{public_id}/poster").status_code == 404
