"""Fatma reads the Arabic phrases, signs them off, and lends her voice."""

import html
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from tests.domain.test_phrasebook import sign_all
from vwg import cli, facts, phrases
from vwg.db import db
from vwg.demo import cast
from vwg.domain import phrasebook, settings
from vwg.models import Phrase, PhraseClip
from vwg.pages import address_of

WEBM = b"\x1a\x45\xdf\xa3" + b"a voice" * 20
HALAL = facts.phrases_said().index("halal")


@pytest.fixture(autouse=True)
def nothing_is_remembered() -> Iterator[None]:
    phrasebook.forget()
    yield
    phrasebook.forget()


@pytest.fixture
def kitchen(app: Flask) -> str:
    """The address of a world kitchen with halal food."""
    with inside(app):
        event = world_kitchen(cast(), facts={"food": ["halal"]})
        db.session.commit()
        return address_of(event)


@pytest.fixture
def fatma(app: Flask, kitchen: str) -> Visitor:
    return Visitor(app).signed_in_as("fatma")


def waiting(app: Flask) -> int:
    with inside(app):
        return phrasebook.progress("ar").open


def test_what_is_ticked_is_signed_off_and_the_rest_waits(app: Flask, fatma: Visitor) -> None:
    before = waiting(app)

    page = fatma.press("/en/translate/phrases/ar", {"lines-0-right": "y", "lines-2-right": "y"})

    assert "These phrases are signed off" in page.text
    assert waiting(app) == before - 2
    with inside(app):
        assert {row.by.name for row in db.session.scalars(select(Phrase)) if row.by} == {"Fatma"}


def test_what_is_filled_in_stands_between_brackets_that_turn_round_with_the_writing(app: Flask, fatma: Visitor) -> None:
    with inside(app):
        line, entry = next((number, line.entry) for number, line in enumerate(phrasebook.lines("ar", only_open=True)) if phrases.places(line.entry.english) == {"%(days)s"} and len(line.forms) == 1)
    read = re.sub(r"<input[^>]*>", "", fatma.get("/en/translate/phrases/ar").text)  # the key of a phrase is no reading matter
    assert ("{days}" in read, "%(" in read) == (True, False)

    fatma.press("/en/translate/phrases/ar", {f"lines-{line}-right": "y", f"lines-{line}-text": "بعد {days} نمسح كل شيء"})

    with inside(app):
        assert [row.forms for row in db.session.scalars(select(Phrase)) if row.message == entry.key] == [["بعد %(days)s نمسح كل شيء"]]


def test_a_phrase_said_better_is_said_so_on_the_page(app: Flask, fatma: Visitor) -> None:
    with inside(app):
        line = next(number for number, line in enumerate(phrasebook.lines("ar", only_open=True)) if number < 15 and not phrases.places(line.entry.english) and len(line.forms) == 1)
        key = phrasebook.lines("ar", only_open=True)[line].entry.key

    fatma.press("/en/translate/phrases/ar", {f"lines-{line}-right": "y", f"lines-{line}-text": "هكذا نقولها"})

    fatma.get("/ar/agenda/")
    with phrases.speaking("ar"):
        assert phrases.gettext(key) == "هكذا نقولها"


def test_what_is_filled_in_by_the_house_must_stay_and_her_words_come_back(app: Flask, fatma: Visitor) -> None:
    with inside(app):
        lines = phrasebook.lines("ar", only_open=True)[:15]
        number = next((at for at, line in enumerate(lines) if phrases.places(line.forms[0])), None)
    if number is None:
        pytest.skip("no phrase with a name to fill in stands on the first page")

    page = fatma.press("/en/translate/phrases/ar", {f"lines-{number}-right": "y", f"lines-{number}-text": "بلا شيء"})

    assert page.status_code == 409
    assert "بلا شيء" in page.text and "Keep what stands between { and }" in page.text


def test_the_sheet_and_the_list_are_for_volunteers_and_for_languages_that_a_machine_made(app: Flask, fatma: Visitor) -> None:
    assert fatma.get("/en/translate/").status_code == 200
    assert "☐" in fatma.get("/en/translate/phrases/ar/sheet").text
    assert [fatma.get(f"/en/translate/phrases/{code}").status_code for code in ("nl", "en", "xx")] == [404] * 3
    assert "sign-in" in Visitor(app).get("/en/translate/phrases/ar").headers.get("Location", "") or Visitor(app).get("/en/translate/phrases/ar").status_code != 200


def test_the_file_for_the_makers_has_what_she_signed_off(app: Flask, fatma: Visitor, tmp_path: Any) -> None:
    with inside(app):
        first = phrasebook.lines("ar", only_open=True)[0].entry.key
    fatma.press("/en/translate/phrases/ar", {"lines-0-right": "y"})

    given = fatma.get("/en/translate/phrases/ar.po")
    runner = CliRunner()
    with app.app_context():
        said = runner.invoke(cli.save_phrases, ["ar", str(tmp_path / "public.po")])

    assert said.exit_code == 0, said.output
    for made in (given.data, (tmp_path / "public.po").read_bytes()):
        catalogue = read_po(io.BytesIO(made), locale=phrases.KNOWN["ar"].locale)
        marks = {phrases.key_of(message.id): phrases.UNCHECKED in message.flags for message in catalogue if message.id and not message.context}
        assert marks[first] is False and sum(marks.values()) > 10


# ---- a voice


def give(fatma: Visitor, content: bytes) -> Any:
    return fatma.press(f"/en/translate/phrases/ar/voice/{HALAL}", {"clip": (io.BytesIO(content), "voice.webm")})


def test_her_voice_is_heard_on_an_activity_by_whoever_wants(app: Flask, fatma: Visitor, kitchen: str) -> None:
    anybody = Visitor(app)
    assert clips(anybody.get(f"/ar/agenda/{kitchen}")) == []

    assert give(fatma, WEBM).status_code == 200

    address = clips(anybody.get(f"/ar/agenda/{kitchen}"))
    assert len(address) == 1 and clips(anybody.get(f"/nl/agenda/{kitchen}")) == []
    heard = anybody.get(address[0])
    assert (heard.data, heard.mimetype) == (WEBM, "audio/webm")
    assert "immutable" in heard.headers["Cache-Control"] and "Set-Cookie" not in heard.headers
    assert anybody.get(address[0], headers={"Range": "bytes=0-3"}).status_code == 206


@pytest.mark.parametrize("content", [b"", b"hello", b"\x1a\x45\xdf\xa3" + b"x" * 210_000])
def test_what_is_no_short_recording_is_refused(app: Flask, fatma: Visitor, content: bytes) -> None:
    assert give(fatma, content).status_code in {409, 422}
    with inside(app):
        assert db.session.scalars(select(PhraseClip)).all() == []


def test_a_voice_can_be_taken_away(app: Flask, fatma: Visitor, kitchen: str) -> None:
    give(fatma, WEBM)
    path = f"/en/translate/phrases/ar/voice/{HALAL}"

    fatma.press(path, action="/forget")

    assert clips(Visitor(app).get(f"/ar/agenda/{kitchen}")) == []
    assert fatma.get("/voice/" + "0" * 20).status_code == 404
    assert fatma.get("/en/translate/phrases/ar/voice/999").status_code == 404


def clips(page: Any) -> list[str]:
    found = re.search(r'data-clips="([^"]*)"', page.text)
    assert found is not None
    return [str(each) for each in json.loads(html.unescape(found[1]))]


# ---- a language that nobody read yet


@pytest.fixture
def living(app: Flask, kitchen: str) -> Visitor:
    """A stranger in a house that is no demo."""
    with inside(app):
        settings.change(is_demo=False, languages=("nl", "en", "ar", "ti"))
        db.session.commit()
    return Visitor(app)


def test_a_language_on_trial_is_reached_by_its_link_and_says_so_with_dutch_and_english(living: Visitor) -> None:
    page = living.get("/ti/agenda/")

    assert page.status_code == 200
    ribbon = re.search(r'<p class="ribbon trial">(.*?)</p>', page.text)
    assert ribbon is not None and re.findall(r'<span lang="([^"]+)"', ribbon[1]) == ["ti", "nl", "en"]
    assert 'hreflang="ti"' not in page.text
    assert "ribbon trial" not in living.get("/nl/agenda/").text and "ribbon trial" not in living.get("/en/agenda/").text


def test_a_language_on_trial_is_not_offered(living: Visitor, kitchen: str) -> None:
    for path in ("/nl/agenda/", f"/nl/agenda/{kitchen}", "/nl/nowhere"):
        assert 'href="/ti/' not in living.get(path).text
    assert living.get("/", headers={"Accept-Language": "ti"}).location == "/nl/agenda/"


def test_signed_off_it_stands_open_for_everybody(app: Flask, living: Visitor) -> None:
    assert 'href="/ar/' not in living.get("/nl/agenda/").text
    with inside(app):
        sign_all("ar", cast_member("Fatma"))
        db.session.commit()

    assert 'href="/ar/' in living.get("/nl/agenda/").text
    assert "ribbon trial" not in living.get("/ar/agenda/").text


def cast_member(name: str) -> Any:
    from vwg.models import User

    return db.session.scalars(select(User).where(User.name == name)).one()


@pytest.mark.parametrize(("asked", "language"), [("ar", "ar"), ("en-US,en;q=0.9", "en"), ("xx", "nl"), ("", "nl")])
def test_an_unknown_language_is_a_page_that_offers_the_known_ones(app: Flask, kitchen: str, asked: str, language: str) -> None:
    page = Visitor(app).get("/xx/agenda/", headers={"Accept-Language": asked})

    assert page.status_code == 404
    assert f'<html lang="{language}"' in page.text
    assert {f'href="/{code}/agenda/"' in page.text for code in ("nl", "en", "ar")} == {True}


def test_an_address_with_nothing_at_it_is_answered_in_its_own_language(app: Flask, kitchen: str) -> None:
    page = Visitor(app).get("/ar/no/such/page", headers={"Accept-Language": "nl"})

    assert page.status_code == 404
    assert '<html lang="ar" dir="rtl"' in page.text


def test_a_careful_sentence_stands_with_dutch_and_english_until_somebody_read_it(app: Flask, living: Visitor) -> None:
    from vwg.domain import dates
    from vwg.models import Event

    with inside(app):
        event = db.session.scalars(select(Event)).one()
        dates.cancel_all(event, "Storm", cast_member("Leen"))
        db.session.commit()
        address = address_of(event)
    page = living.get(f"/ar/agenda/{address}").text
    assert "Dit gaat niet door" in page and "This does not go on." in page

    with inside(app):
        line = next(line for line in phrasebook.lines("ar") if line.entry.key == "This does not go on.")
        phrasebook.sign_off("ar", line.entry.key, line.forms, cast_member("Fatma"))
        db.session.commit()

    assert "This does not go on." not in living.get(f"/ar/agenda/{address}").text
