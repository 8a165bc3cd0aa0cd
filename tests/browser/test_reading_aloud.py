"""Title and facts are read by the browser's own voice, else by a speaker's, else nothing is offered."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from vwg import demo
from vwg.db import db
from vwg.domain import phrasebook
from vwg.models import User
from vwg.pages import address_of

pytestmark = pytest.mark.browser

WEBM = b"\x1a\x45\xdf\xa3" + b"too short to be played" * 4
A_VOICE = """
window.heard = [];
speechSynthesis.getVoices = () => [{ lang: "nl-BE", name: "a Dutch voice" }];
speechSynthesis.speak = (said) => window.heard.push([said.lang, said.text]);
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
"""


@pytest.fixture
def kitchen(app: Flask) -> Iterator[str]:
    phrasebook.forget()
    with inside(app):
        address = address_of(world_kitchen(demo.cast(), facts={"food": ["halal"], "wheelchair": True}))
        db.session.commit()
    yield address
    phrasebook.forget()


def test_where_nothing_can_read_nothing_is_offered(kitchen: str, phone: Callable[..., Any]) -> None:
    page = phone()
    page.goto(f"/ti/agenda/{kitchen}")

    assert page.locator("[data-read]").is_hidden()


def test_a_browser_with_a_voice_reads_title_when_and_facts(kitchen: str, phone: Callable[..., Any]) -> None:
    """A browser without a head has no voice, so it is lent one that writes down what it says."""
    page = phone()
    page.add_init_script(A_VOICE)
    page.goto(f"/nl/agenda/{kitchen}")
    page.locator("[data-read]").click()

    heard = page.evaluate("window.heard")
    assert heard[:2] == [["nl", "Wereldkeuken"], ["nl", "Zaterdag 21 maart 2026 van 14:00 tot 18:00"]]
    assert any("halal" in text for _, text in heard)


def test_a_speakers_voice_is_fetched_by_the_press_and_not_before(app: Flask, kitchen: str, phone: Callable[..., Any]) -> None:
    with inside(app):
        clip = phrasebook.record("ti", "halal", WEBM, db.session.scalars(select(User).where(User.name == "Fatma")).one())
        mark = clip.mark
        db.session.commit()
    page = phone()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/ti/agenda/{kitchen}")
    page.wait_for_load_state("networkidle")
    assert not any("/voice/" in url for url in asked)

    with page.expect_request(f"**/voice/{mark}"):
        page.locator("[data-read]").click()
