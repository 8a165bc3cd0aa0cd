"""What calendar programs fetch: no cookie, no sign-in, no redirect, no language in the path."""

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from vwg import guards
from vwg.feeds import bp, reading, serving
from vwg.feeds.memory import Answer, Feed, agenda_asked, language_known


@bp.get("/feeds/agenda.ics")
@guards.public
def agenda() -> ResponseReturnValue:
    """Everything public; the agenda's filters work."""
    return _sent(agenda_asked(request.args))


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
    return language_known(request.args.get("lang", ""))


def _public_id(address: str) -> str:
    return address.partition("-")[0]


def _sent(feed: Feed) -> Response:
    try:
        answer = reading.answer(feed)
    except reading.NoSuchFeed:
        abort(404)
    except reading.NothingYet:
        return serving.not_now(feed.language)
    return _reply(feed, answer)


def _reply(feed: Feed, answer: Answer, cache: str = serving.PUBLIC) -> Response:
    status, headers, body = serving.reply(
        feed, answer, known=request.headers.get("If-None-Match"), since=request.headers.get("If-Modified-Since"),
        accepts=request.headers.get("Accept-Encoding", ""), cache=cache,
    )  # fmt: skip
    response = Response(body, status, headers)
    if status == 304:
        del response.headers["Content-Type"]
    return response
