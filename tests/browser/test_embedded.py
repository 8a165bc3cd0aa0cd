"""Our agenda on somebody else's site: another origin, its own strict policy, a real Chromium."""

import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.conftest import inside
from tests.feeds import stories
from vwg import demo
from vwg.db import db

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.browser


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_given: Any) -> None:
        pass


@pytest.fixture
def agenda(app: Flask, live: str) -> str:
    """A house with twelve Saturdays of Praattafel."""
    with inside(app):
        demo.cast()
        db.session.commit()
        stories.post("Praattafel", weeks=12, day=7)
        db.session.commit()
    return live


@pytest.fixture
def municipality(agenda: str, tmp_path: Path) -> Iterator[str]:
    """The municipality's own site, at another origin: the example from our docs, with and without the listener."""
    example = (ROOT / "docs" / "voorbeeld-agenda-op-uw-site.html").read_text().replace("https://agenda.example.org", agenda)
    (tmp_path / "index.html").write_text(example)
    (tmp_path / "scrolls.html").write_text(example.replace('<script defer src="embed-listener.js"></script>', ""))
    (tmp_path / "whole-site.html").write_text(example.replace("/embed/agenda?", "/nl/agenda/?"))
    (tmp_path / "reads.html").write_text("<!doctype html><title>reads</title>")
    (tmp_path / "embed-listener.js").write_bytes((ROOT / "static" / "embed-listener.js").read_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 900, "height": 800})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" and "favicon" not in said.text + str(said.location) else None)
    yield page
    context.close()


def framed(page: Any) -> Any:
    frame = page.query_selector("iframe").content_frame()
    frame.wait_for_selector("section.day")
    return frame


INSIDE = "({ shown: window.innerHeight, needed: Math.ceil(document.documentElement.getBoundingClientRect().height) })"
FITS = "() => document.querySelector('iframe').clientHeight !== 600"
FITS_INSIDE = "() => Math.abs(window.innerHeight - document.documentElement.getBoundingClientRect().height) <= 1"


def test_the_frame_becomes_as_high_as_it_needs_on_every_width(page: Any, municipality: str) -> None:
    page.goto(municipality)
    frame = framed(page)
    page.wait_for_function(FITS)
    assert len(frame.query_selector_all("section.day li")) == 10
    heights = []
    for width in (900, 320):
        page.set_viewport_size({"width": width, "height": 800})
        frame.wait_for_function(f"() => window.innerWidth <= {width} && ({FITS_INSIDE})()")  # it heard of the new width
        heights.append(frame.evaluate(INSIDE)["needed"])
    assert heights[1] > heights[0] > 0
    assert page.complaints == []


def test_without_the_listener_it_has_a_fixed_height_and_scrolls_in_itself(page: Any, municipality: str) -> None:
    page.goto(f"{municipality}/scrolls.html")
    frame = framed(page)
    assert frame.evaluate(INSIDE)["needed"] > frame.evaluate(INSIDE)["shown"] == 600
    frame.evaluate("window.scrollTo(0, 10000)")
    assert frame.evaluate("window.scrollY") > 0
    assert page.complaints == []


def test_nobody_but_the_agenda_says_how_high_the_frame_is(page: Any, municipality: str) -> None:
    page.goto(municipality)
    frame = framed(page)
    frame.evaluate("document.fonts.ready.then(() => true)")  # nothing changes its height any more
    page.wait_for_function(FITS)
    frame.wait_for_function(FITS_INSIDE)
    before = page.evaluate("document.querySelector('iframe').clientHeight")
    arrived = "new Promise((done) => { addEventListener('message', () => requestAnimationFrame(done)); postMessage({ agenda: 'height', height: 7 }, '*') })"
    page.evaluate(arrived)
    assert page.evaluate("document.querySelector('iframe').clientHeight") == before


def test_it_has_the_colour_that_the_site_asks_for_and_its_links_open_beside_it(page: Any, municipality: str, agenda: str) -> None:
    page.goto(municipality)
    frame = framed(page)
    assert frame.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()") == "#2f6f4e"
    assert {link.get_attribute("target") for link in frame.query_selector_all("a")} == {"_blank"}
    with page.context.expect_page() as opened:
        frame.click("section.day a")
    expect(opened.value).to_have_url(re.compile(re.escape(f"{agenda}/nl/agenda/e")))
    expect(opened.value).to_have_title(re.compile("Praattafel"))


def test_no_other_page_of_ours_may_be_framed(page: Any, municipality: str) -> None:
    with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
        page.goto(f"{municipality}/whole-site.html")
    assert page.query_selector("iframe").content_frame().query_selector("main") is None


def test_another_site_reads_the_public_feeds_and_nothing_else(page: Any, municipality: str, agenda: str) -> None:
    page.goto(f"{municipality}/reads.html")
    read = "(address) => fetch(address).then((answer) => answer.status, () => 'refused')"
    said = {path: page.evaluate(read, f"{agenda}{path}") for path in (
        "/feeds/agenda.json", "/feeds/agenda.atom", "/feeds/agenda.ics", "/nl/agenda/", "/embed/agenda", "/feeds/mine/1.x.ics", "/nl/account/sign-in",
    )}  # fmt: skip
    assert list(said.values()) == [200, 200, 200, "refused", "refused", "refused", "refused"], said
