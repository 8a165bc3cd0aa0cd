"""What calendar programs fetch: no cookie, no sign-in, no redirect, no language in the path."""

import re

from flask import Response, request
from flask.typing import ResponseReturnValue

from vwg import addresses, guards, phrases
from vwg.feeds import bp, reading
from vwg.feeds.reading import Answer, Feed
from vwg.phrases import gettext

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("/feeds/agenda.ics")
@guards.public
def agenda() -> ResponseReturnValue:
    """Everything public; the agenda's filters work."""
    asked = tuple((name, request.args[name]) for name in reading.FILTERS if request.args.get(name))
    return _sent(Feed("agenda", _language(), asked))


@bp.get("/feeds/categories/<category>.ics")
@guards.public
def category(category: str) -> ResponseReturnValue:
    return _sent(Feed(f"categories/{category}", _language()))


@bp.get("/feeds/partners/<partner>.ics")
@guards.public
def partner(partner: str) -> ResponseReturnValue:
    return _sent(Feed(f"partners/{_public_id(partner)}", _language()))


@bp.get("/feeds/places/<place>.ics")
@guards.public
def place(place: str) -> ResponseReturnValue:
    return _sent(Feed(f"places/{_public_id(place)}", _language()))


@bp.get("/feeds/events/<event>.ics")
@guards.public
def event(event: str) -> ResponseReturnValue:
    """One activity with all its dates: to subscribe to, or to put into a calendar once."""
    return _sent(Feed(f"events/{_public_id(event)}", _language()))


def _language() -> str:
    """An unknown one is Dutch."""
    asked = request.args.get("lang", "")
    return asked if asked in phrases.KNOWN else phrases.SOURCE


def _public_id(address: str) -> str:
    return address.partition("-")[0]


def _sent(feed: Feed) -> Response:
    try:
        answer = reading.answer(feed)
    except reading.NoSuchFeed:
        return _nothing_here()
    except reading.NothingYet:
        return Response("503 The calendar is back in a moment.\n", 503, mimetype="text/plain", headers={"Retry-After": "60"})
    zipped = request.accept_encodings["gzip"] > 0
    headers = _headers(feed, answer, zipped)
    if _is_known(answer, headers["ETag"]):
        return Response(status=304, headers=headers, content_type=CALENDAR)
    if zipped:
        headers["Content-Encoding"] = "gzip"
    headers["Content-Disposition"] = f'inline; filename="{re.sub(r"[^a-z0-9-]+", "-", feed.name)}.ics"'
    return Response(answer.zipped if zipped else answer.plain, headers=headers, content_type=CALENDAR)


def _headers(feed: Feed, answer: Answer, zipped: bool) -> dict[str, str]:
    return {
        "ETag": f'"{answer.mark}-gz"' if zipped else f'"{answer.mark}"',
        "Last-Modified": f"{reading.last_modified(answer):%a, %d %b %Y %H:%M:%S} GMT",
        "Cache-Control": "public, max-age=300",
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": "default-src 'none'",
    }


def _is_known(answer: Answer, tag: str) -> bool:
    """RFC 9110 section 13.2.2: If-None-Match, and only without it If-Modified-Since."""
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(tag.strip('"'))
    since = request.if_modified_since
    return since is not None and answer.changed_at.replace(microsecond=0) <= since


def _nothing_here() -> Response:
    sentence = gettext("There is no calendar at this address. Perhaps a piece of it is missing. All calendars are here:")
    page = addresses.full(f"/{phrases.SOURCE}/agenda/subscribe")
    return Response(f"{sentence}\n{page}\n", 404, content_type="text/plain; charset=utf-8")
