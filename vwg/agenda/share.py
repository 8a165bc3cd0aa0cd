"""What is read by machines of others: previews of shared links, search engines, a phone's home screen.

These addresses have no language in front, so they hang on a blueprint of their own.
"""

import json
from typing import Any, NamedTuple

from flask import Blueprint, Response, abort, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg import addresses, clock, guards, i18n, phrases
from vwg.config import ROOT
from vwg.db import db
from vwg.domain import pictures, programme
from vwg.domain.settings import group
from vwg.formats import jsonld, share_picture
from vwg.models import Category, Event, EventDate, Signup
from vwg.pages import address_of, found
from vwg.web import asset

bp = Blueprint("share", __name__)

FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"
PAPER = "#fbf6ee"  # --paper in static/style.css
MOST_IN_SITEMAP = 2000
KEPT_OFFLINE = ("style.css", "vwg.js", "device.js", "icons-3.51.0.svg", "mark.svg")


class Preview(NamedTuple):
    """What stands in the head of an activity's page, for whoever previews or indexes it."""

    title: str
    description: str
    address: str
    picture: str
    territory: str
    data: dict[str, Any]


# ---- the picture beside a shared link


@bp.get("/share/<lang>/<event>.png")
@guards.public
def picture(event: str) -> ResponseReturnValue:
    """Of the first date to come, else of the last. An address with the picture's own mark is kept forever."""
    chosen = found(Event.public().options(joinedload(Event.category).selectinload(Category.texts), joinedload(Event.picture)), event)
    drawn = _words(chosen, _shown_date(chosen) or abort(404))
    response = Response(mimetype="image/png")
    response.set_etag(drawn.mark)
    response.headers["Cache-Control"] = FOREVER if request.args.get("v") == drawn.mark else A_WHILE
    if request.if_none_match.contains(drawn.mark):
        response.status_code = 304
    else:
        response.set_data(share_picture.draw(drawn, pictures.logo(), pictures.cut(chosen, *share_picture.PHOTO)))
    return response


@bp.app_template_global()
def preview_of(event: Event, date: EventDate | None, is_full: bool = False) -> Preview:
    """For templates/agenda/_head.html; `date` is the one that the page begins with."""
    text = programme.text_in(event, g.lang_code)
    page = url_for("agenda.event", event=address_of(event))
    address = addresses.full(page)
    title = text.title if text else event.title
    if date is None:
        return Preview(title, "", address, "", _territory(), {})
    shown = addresses.full(url_for("share.picture", event=address_of(event), lang=g.lang_code, v=_words(event, date).mark))
    place = date.shown_place
    takes_seats = event.signup == Signup.EVERYONE and not date.is_over
    sign_up = addresses.full(url_for("signup.sign_up", date=date.public_id)) if takes_seats else ""
    seen = event.picture if event.picture and event.picture.may_be_seen else None
    photo = addresses.full(url_for("house.picture", picture=seen.public_id, size="wide")) if seen else ""
    urls = jsonld.Urls(address, addresses.full(url_for("agenda.index")), shown, sign_up, photo)
    data = jsonld.event(event, date, text, urls, organiser=group().name, town=group().municipality, is_full=is_full)
    said = phrases.when(date.starts_at, date.ends_at, date.all_day)
    return Preview(title, " · ".join(part for part in (said, place) if part), address, shown, _territory(), data)


def _words(event: Event, date: EventDate) -> share_picture.Words:
    return share_picture.words(event, date, programme.text_in(event, g.lang_code), group().name, group().green, group().accent, group().logo)


def _shown_date(event: Event) -> EventDate | None:
    """As the page shows it: the first to come, else the last."""
    own = select(EventDate).where(EventDate.event_id == event.id)
    ahead = own.where(EventDate.ends_at > clock.now()).order_by(EventDate.starts_at, EventDate.id).limit(1)
    return db.session.scalars(ahead).first() or db.session.scalars(own.order_by(EventDate.starts_at.desc(), EventDate.id.desc()).limit(1)).first()


def _territory() -> str:
    """`nl_BE` for og:locale, which wants a country; empty for a language without one here."""
    locale = phrases.language().locale
    return str(locale) if locale.territory else ""


# ---- on a phone's home screen


@bp.get("/manifest.webmanifest")
@guards.public
def manifest() -> ResponseReturnValue:
    """W3C Web Application Manifest, in `?lang=`; one and the same application in every language."""
    spoken = _asked_language()
    icons = [
        {"src": asset(f"app/{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (("icon-192", 192, "any"), ("icon-512", 512, "any"), ("maskable-512", 512, "maskable"))
    ]
    start = url_for("agenda.index", lang=spoken.code)
    told = {
        "id": "/", "name": group().name, "lang": spoken.tag, "dir": spoken.direction,
        "start_url": start, "scope": "/", "display": "standalone", "background_color": PAPER,
        "theme_color": share_picture.readable_green(group().green), "icons": icons,
    }  # fmt: skip
    response = Response(json.dumps(told), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = A_WHILE
    return response


@bp.get("/sw.js")
@guards.public
def service_worker() -> ResponseReturnValue:
    """From the root, so that it may look after every page; its version is that of what it keeps."""
    kept = [asset(name) for name in KEPT_OFFLINE]
    source = (ROOT / "static" / "sw.js").read_text()
    told = source.replace('"KEPT"', json.dumps(kept)).replace('"ROOT"', json.dumps(request.script_root))
    return Response(told, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@bp.after_app_request
def _keep_no_copy(response: Response) -> Response:
    """A public page that somebody signed in looks at, or that carries a message for one visitor,
    is that visitor's own: no cache and no service worker may keep it. One that says itself that it
    is private stays in that browser, for its Back button."""
    if response.mimetype == "text/html" and (g.get("viewer") is not None or (session.modified and not response.cache_control.private)):
        response.headers["Cache-Control"] = "no-store"
    return response


# ---- search engines


@bp.get("/sitemap.xml")
@guards.public
def sitemap() -> ResponseReturnValue:
    """https://www.sitemaps.org/protocol.html, with the languages as Google reads them (xhtml:link)."""
    ahead = select(EventDate.event_id).where(EventDate.ends_at > clock.now())
    events = db.session.scalars(
        Event.public().where(Event.id.in_(ahead)).options(selectinload(Event.texts)).order_by(Event.id.desc()).limit(MOST_IN_SITEMAP)
    ).all()
    pages: list[tuple[str, dict[str, Any]]] = [("agenda.index", {}), ("agenda.welcome", {}), ("partners.directory", {})]
    pages += [("agenda.event", {"event": address_of(event)}) for event in events]
    every = [[(each, addresses.full(url_for(endpoint, lang=each.code, **given))) for each in i18n.languages()] for endpoint, given in pages]
    return Response(render_template("agenda/sitemap.xml", pages=every), mimetype="application/xml", headers={"Cache-Control": A_WHILE})


# ---- inside


def _asked_language() -> phrases.Language:
    return phrases.KNOWN.get(request.args.get("lang", ""), phrases.KNOWN[phrases.SOURCE])
