"""Title and facts are read by the browser's own voice, else by a speaker's, else nothing is offered."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browser.conftest import Chromium
from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo, facts
from vwg.db import db
from vwg.domain import phrasebook
from vwg.models import PhraseClip, User
from vwg.pages import address_of

pytestmark = pytest.mark.browser

WEBM = b"\x1a\x45\xdf\xa3" + b"too short to be played" * 4
A_VOICE = """
window.heard = [];
speechSynthesis.getVoices = () => [{ lang: "nl-BE", name: "a Dutch voice" }];
speechSynthesis.speak = (said) => window.heard.push([said.lang, said.text]);
window.SpeechSynthesisUtterance = class extends EventTarget { constructor(text) { super(); this.text = text; } };
"""


# Counts the tenths of a second that were recorded.
COUNTED = """
window.kept = 0;
window.MediaRecorder = class extends MediaRecorder {
  start() { this.addEventListener("dataavailable", () => { window.kept += 1; }); super.start(100); }
};
"""
# Plays what stands there to its end; how many seconds of it were heard.
HEARD = """(where) => new Promise((told, failed) => {
  const player = document.querySelector(where);
  player.addEventListener('ended', () => told(player.currentTime));
  player.addEventListener('error', () => failed(player.error.message));
  player.play().catch(failed);
})"""


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

    page.wait_for_function("() => window.heard.some(([_language, text]) => text.includes('halal'))")
    heard = page.evaluate("window.heard")
    assert heard[:2] == [["nl", "Wereldkeuken"], ["nl", "Zaterdag 21 maart 2026 van 14:00 tot 18:00"]]


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


def test_fatma_records_a_phrase_hears_it_back_and_a_stranger_hears_it_too(app: Flask, kitchen: str, live: str, chromium: Chromium) -> None:
    """With a microphone that beeps, as Chromium lends one to tests."""
    beeping = chromium.start("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required")
    try:
        speaker = beeping.new_context(base_url=live, permissions=["microphone"], service_workers="block")
        speaker.add_cookies([{"name": "vwg", "value": Visitor(app).signed_in_as("fatma").client.get_cookie("vwg").value, "url": live}])
        page = speaker.new_page()
        page.add_init_script(COUNTED)
        page.goto(f"/nl/translate/phrases/ti/voice/{facts.phrases_said().index('halal')}")
        record = page.locator("[data-record] button")
        record.click()
        page.get_by_role("button", name="Stop").wait_for()
        page.wait_for_function("() => window.kept >= 5")  # what she says
        record.click()
        page.locator("[data-record] audio").wait_for()
        assert page.evaluate(HEARD, "[data-record] audio") > 0.2

        page.get_by_role("button", name="Bewaar en ga verder").click()
        page.wait_for_url(f"**/voice/{facts.phrases_said().index('halal') + 1}")
        with inside(app):
            assert [clip.language for clip in db.session.scalars(select(PhraseClip))] == ["ti"]

        stranger = beeping.new_context(base_url=live, service_workers="block").new_page()
        stranger.goto(f"/ti/agenda/{kitchen}")
        words = stranger.locator("[data-read] span").inner_text()
        with stranger.expect_response("**/voice/*") as heard:
            stranger.locator("[data-read]").click()
        assert heard.value.ok and heard.value.headers["content-type"] == "audio/webm"
        stranger.locator("[data-read] span", has_text=words).wait_for()  # it came to its end by itself
    finally:
        beeping.close()
