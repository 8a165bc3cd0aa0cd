"""What machines of others read: previews, search engines, a phone's home screen."""

import json
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg.db import db
from vwg.models import Category, EventText, Place, User
from vwg.pages import address_of


def kitchen_in(app: Flask, *, published: bool = True, title_ar: str = "") -> str:
    """Leen's world kitchen in a house that has the cast; the last part of its address."""
    with inside(app):
        people = _cast()
        event = world_kitchen(people, published=published)
        if title_ar:
            event.texts.append(EventText(language="ar", title=title_ar))
        db.session.commit()
        return address_of(event)


def _cast() -> Any:
    """Those of the cast who post a kitchen, from the rows that `visitor` made."""
    return SimpleNamespace(
        leen=db.session.scalars(select(User).where(User.demo_name == "leen")).one(),
        cooking=db.session.scalars(select(Category).where(Category.slug == "cooking")).one(),
        skala=db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one(),
    )


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)">', page)
    assert found, name
    return unescape(found.group(1))


def data_in(page: str) -> list[dict[str, object]]:
    return [json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)]


def test_a_shared_link_shows_title_moment_place_and_a_picture_in_its_language(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app, title_ar="مطبخ العالم")

    page = visitor.get(f"/ar/agenda/{address}").text

    assert meta(page, "og:title") == "مطبخ العالم"
    assert meta(page, "og:description") == "السبت 21/3/2026 من 14:00 إلى 18:00 · Zaal Skala, Kalkendorp 1, 9270 Kalken"
    assert meta(page, "og:url") == f"http://localhost/ar/agenda/{address}"
    picture = visitor.get(meta(page, "og:image").removeprefix("http://localhost"))
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_an_old_address_of_a_picture_shows_the_new_one_and_is_not_kept(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app)

    old = visitor.get(f"/share/nl/{address}.png?v=000000000000")

    assert (old.status_code, old.headers["Cache-Control"]) == (200, "public, max-age=300")
    assert visitor.get(f"/share/nl/{address}.png", headers={"If-None-Match": old.headers["ETag"]}).status_code == 304


def test_a_draft_has_no_picture_and_an_unknown_language_neither(app: Flask, visitor: Visitor) -> None:
    draft, shown = kitchen_in(app, published=False), kitchen_in(app)

    assert visitor.get(f"/share/nl/{draft}.png").status_code == 404
    assert visitor.get(f"/share/nl/{shown}.png").status_code == 200
    assert visitor.get(f"/share/xx/{shown}.png").status_code == 404
    assert visitor.get("/share/nl/e00000000.png").status_code == 404


def test_one_event_per_page_and_none_on_lists(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app)

    assert [each["@type"] for each in data_in(visitor.get(f"/nl/agenda/{address}").text)] == ["Event"]
    assert data_in(visitor.get("/nl/agenda/").text) == []


def test_a_title_cannot_close_the_data_block(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app, title_ar='</script><script src="//evil.example">')

    page = visitor.get(f"/ar/agenda/{address}").text

    assert data_in(page)[0]["name"] == '</script><script src="//evil.example">'
    assert '<script src="//evil' not in page


def test_the_sitemap_holds_what_everybody_may_see_in_the_open_languages(app: Flask, visitor: Visitor) -> None:
    draft, shown = kitchen_in(app, published=False), kitchen_in(app)

    found = visitor.get("/sitemap.xml").text

    assert re.findall(rf"<loc>http://localhost/(\w+)/agenda/{shown}</loc>", found) == ["nl", "en", "ar"]
    assert f'hreflang="ar" href="http://localhost/ar/agenda/{shown}"' in found
    assert draft not in found


def test_the_manifest_speaks_the_language_that_was_asked_or_dutch(visitor: Visitor) -> None:
    arabic, nonsense = visitor.get("/manifest.webmanifest?lang=ar").json, visitor.get("/manifest.webmanifest?lang=xx").json

    assert (arabic["lang"], arabic["dir"], arabic["start_url"]) == ("ar", "rtl", "/ar/agenda/")
    assert arabic["name"] == "Samen in Laarne & Kalken"
    assert {icon["purpose"] for icon in arabic["icons"]} == {"any", "maskable"}
    assert {visitor.get(icon["src"], buffered=True).mimetype for icon in arabic["icons"]} == {"image/png"}
    assert nonsense["lang"] == "nl"


def test_the_service_worker_names_the_files_by_their_mark(visitor: Visitor) -> None:
    source = visitor.get("/sw.js")

    assert (source.mimetype, source.headers["Cache-Control"]) == ("text/javascript", "no-cache")
    kept = json.loads(re.search(r"const KEPT = (\[.*?\]);", source.text).group(1))
    assert [visitor.get(address, buffered=True).status_code for address in kept] == [200] * len(kept)
    assert '"KEPT"' not in source.text and '"ROOT"' not in source.text


def test_a_public_page_may_be_kept_but_not_as_leen_sees_it(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app)
    stranger = Visitor(app)
    leen = visitor.signed_in_as("leen")

    for path in ("/nl/agenda/", f"/nl/agenda/{address}"):
        assert "no-store" not in stranger.get(path).headers.get("Cache-Control", "")
        assert leen.get(path).headers["Cache-Control"] == "no-store"


def test_a_message_for_one_visitor_is_not_kept(app: Flask, visitor: Visitor) -> None:
    with visitor.client.session_transaction() as session:
        session["_flashes"] = [("message", "Je komt niet meer.")]

    page = visitor.get("/nl/agenda/")

    assert "Je komt niet meer." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "no-store" not in visitor.get("/nl/agenda/").headers.get("Cache-Control", "")


def test_a_page_without_a_form_sets_no_cookie(app: Flask, visitor: Visitor) -> None:
    address = kitchen_in(app)

    for path in ("/nl/agenda/", f"/nl/agenda/{address}", "/nl/agenda/subscribe", "/nl/welcome", "/nl/privacy", "/nl/accessibility",
                 "/manifest.webmanifest", "/sw.js", "/sitemap.xml", "/theme.css", f"/share/nl/{address}.png"):  # fmt: skip
        answer = visitor.get(path)
        assert (answer.status_code, answer.headers.get("Set-Cookie")) == (200, None), path


def test_what_the_house_serves_is_small_and_kept_by_its_mark(visitor: Visitor) -> None:
    page = visitor.get("/ar/agenda/", headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    sheet = re.search(r'href="(/static/style\.css\?v=\w+)"', visitor.get("/ar/agenda/").text)
    assert sheet

    small, plain = visitor.get(sheet.group(1), headers={"Accept-Encoding": "gzip"}, buffered=True), visitor.get(sheet.group(1), buffered=True)

    assert small.headers["Cache-Control"] == plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert len(small.data) * 3 < len(plain.data)
    assert small.headers["Vary"] == "Accept-Encoding"

