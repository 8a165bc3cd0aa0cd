"""The agenda for other sites: Atom, JSON Feed, and what they put into a page of their own."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Response, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from vwg import addresses, clock, guards, i18n, phrases
from vwg.db import db
from vwg.domain import programme
from vwg.domain.settings import group
from vwg.feeds import bp, heads, reading, serving
from vwg.feeds.eyes import Eyes
from vwg.feeds.memory import FILTERS, Answer, Feed, agenda_asked, language_known
from vwg.formats import atom, items, jsonfeed, theme
from vwg.models import EventDate
from vwg.phrases import gettext
from vwg.web import POLICY

MOST_ITEMS = 100
KINDS = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
SHOWN = 10  # dates in an embedded agenda
MOST_SHOWN = 50


@bp.get("/feeds/agenda.atom", defaults={"form": "atom"}, endpoint="atom")
@bp.get("/feeds/agenda.json", defaults={"form": "json"}, endpoint="json")
@guards.public
def agenda_list(form: str) -> ResponseReturnValue:
    """What is still to come; the agenda's filters work."""
    feed = agenda_asked(request.args, form)
    answer = _answer(feed)
    if answer is None:
        return serving.not_now(feed.language)
    status, headers, body = serving.reply(
        feed, answer, known=request.headers.get("If-None-Match"), since=request.headers.get("If-Modified-Since"),
        accepts=request.headers.get("Accept-Encoding", ""),
    )  # fmt: skip
    response = Response(body, status, headers)
    if status == 304:
        del response.headers["Content-Type"]
    return response


def _answer(feed: Feed) -> Answer | None:
    """As calendars have it: one look-up while nothing moved, and the last good bytes on a bad day."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # it says that it is a Flask; this is the one behind it
    shelf, eyes = reading.shelf(app), app.extensions["vwg feed eyes"]
    assert isinstance(eyes, Eyes)
    kept = shelf.last(feed)
    try:
        state = eyes.state("agenda")
        # Filters by partner hang on pledges, which move no feed.
        if kept is not None and kept.state == state and clock.now() - kept.changed_at < reading.GOOD_FOR and not dict(feed.asked).get("partner"):
            return kept
        plain = _written(feed)
    except (SQLAlchemyError, eyes.engine.dialect.dbapi.Error):  # type: ignore[union-attr]  # an engine has its driver
        db.session.rollback()
        return kept
    made = Answer(hashlib.sha256(plain).hexdigest()[:20], clock.now(), plain, state, content_type=KINDS[feed.form])
    return shelf.keep(feed, made)


def _written(feed: Feed) -> bytes:
    with phrases.speaking(feed.language):
        dates = _dates(dict(feed.asked), feed.language, MOST_ITEMS)
        shown = items.items_of(dates, feed.language)
        house = group()
        description = gettext("What is on in %(place)s, by %(organisation)s.") % {"place": house.municipality, "organisation": house.organisation}
        changed = max((item.changed for item in shown), default=heads.NEVER)
        about = items.About(house.name, description, addresses.full(f"/{feed.language}/agenda/"), heads.source_of(feed), feed.language, changed)
        return atom.feed(about, shown, house.organisation) if feed.form == "atom" else jsonfeed.feed(about, shown, house.organisation)


def _dates(asked: Mapping[str, str], language: str, most: int) -> list[EventDate]:
    """The nearest to come, so many at most."""
    wanted = programme.wish(asked)
    found: list[EventDate] = []
    for number in range(1, most // programme.A_PAGE + 2):
        page = programme.page(wanted, number, language)
        found += page.dates
        if len(found) >= most or number >= page.last:
            break
    return found[:most]


# ---- in a page of somebody else


class Embedded(NamedTuple):
    """What an embedded agenda shows."""

    dates: list[EventDate]
    accent: str
    more: str


@bp.get("/embed/agenda")
@guards.public
def embed() -> ResponseReturnValue:
    """For an iframe: it scrolls in itself, and with the listener file it has the height it needs."""
    shown = _embedded()
    response = Response(render_template("feeds/embed.html", shown=shown, days=_by_day(shown.dates)))
    return _may_be_framed(response)


@bp.get("/embed/agenda.html", endpoint="fragment")
@guards.public
def fragment() -> ResponseReturnValue:
    """A piece of HTML without script or style, for a site that fetches it itself."""
    shown = _embedded()
    response = Response(render_template("feeds/fragment.html", shown=shown, site=addresses.full(""), days=_by_day(shown.dates)), content_type="text/html; charset=utf-8")
    return _may_be_framed(response)


@bp.get("/embed/theme.css", endpoint="embed_theme")
@guards.public
def embed_theme() -> ResponseReturnValue:
    """The colour that a site asks for, darkened until it can be read; nonsense is the group's own."""
    asked = _accent()
    return Response(theme.theme(asked or group().green, group().accent), mimetype="text/css", headers={"Cache-Control": serving.PUBLIC})


def _embedded() -> Embedded:
    i18n.use_language(language_known(request.args.get("lang", "")))
    asked = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    given = request.args.get("count", "")
    count = min(max(int(given), 1), MOST_SHOWN) if given.isascii() and given.isdigit() and len(given) < 4 else SHOWN
    kept: dict[str, Any] = asked
    return Embedded(_dates(asked, g.lang_code, count), _accent().lstrip("#"), addresses.full(url_for("agenda.index", **kept)))


def _accent() -> str:
    """`#rrggbb`, given with or without its sign; empty for anything else."""
    given = request.args.get("accent", "").lstrip("#")
    return f"#{given.lower()}" if re.fullmatch(r"[0-9A-Fa-f]{6}", given) else ""


def _by_day(dates: list[EventDate]) -> list[tuple[Any, list[EventDate]]]:
    found: dict[Any, list[EventDate]] = {}
    for date in dates:
        found.setdefault(clock.local(date.starts_at).date(), []).append(date)
    return list(found.items())


def _may_be_framed(response: Response) -> Response:
    """Anywhere, and it alone: there is nothing to press in it but links that open a page of their own."""
    response.headers["Content-Security-Policy"] = POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = serving.PUBLIC
    return response
