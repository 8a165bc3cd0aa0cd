"""Calendars of one's own: the feed itself by its key, and the pages where keys are given and taken back."""

import hashlib
import logging
from typing import Any, NamedTuple

import segno
from flask import Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from vwg import addresses, clock, guards, links, phrases
from vwg.db import allow_writing, db, hardly_waiting
from vwg.domain import own_calendars
from vwg.feeds import bp, serving
from vwg.feeds.forms import KEY_KINDS, KeyForm
from vwg.feeds.memory import Answer, Feed, language_known
from vwg.formats import calendar_links, ical
from vwg.forms import asking
from vwg.guards import me
from vwg.models import Contact, FeedKey, FeedKind, Partner, Rsvp
from vwg.phrases import gettext

log = logging.getLogger("vwg")


@bp.get("/feeds/mine/<token>.ics")
@guards.link("feed")
def mine(key: FeedKey) -> ResponseReturnValue:
    """Somebody's own. Taken back is 410, whatever else was never ours 404."""
    g.is_private = False  # a calendar program may keep what it fetched; the headers below say how
    feed = Feed("mine", language_known(request.args.get("lang", "")))
    if not own_calendars.is_open(key):
        with phrases.speaking(feed.language):
            sentence = gettext("This calendar shows nothing new any more. Remove it from the telephone too.")
        return Response(f"{sentence}\n", 410, content_type="text/plain; charset=utf-8", headers=_HEADERS)
    plain = _written(key, feed.language)
    answer = Answer(hashlib.sha256(plain).hexdigest()[:20], clock.now(), plain)
    status, headers, body = serving.reply(
        feed, answer, known=request.headers.get("If-None-Match"), since=None,
        accepts=request.headers.get("Accept-Encoding", ""), cache=serving.PRIVATE,
    )  # fmt: skip
    response = Response(body, status, [(name, value) for name, value in headers if name != "Last-Modified"])
    response.headers.update(_HEADERS)
    if status == 304:
        del response.headers["Content-Type"]
    return response


_HEADERS = {"X-Robots-Tag": "noindex", "Cache-Control": serving.PRIVATE}


def _written(key: FeedKey, language: str) -> bytes:
    with phrases.speaking(language):
        page = addresses.full(f"/{language}/agenda/")
        source = addresses.full(_path(key)) + (f"?lang={language}" if language != phrases.SOURCE else "")
        head = ical.Head(own_calendars.name_of(key), gettext("Only for you. Do not give this address to others."), page, source)
        return ical.calendar(head, [ical.entry(each.entry) for each in _told(key)])


def _told(key: FeedKey) -> list[own_calendars.Shown]:
    """What stands in it. Where that is news, its stamp is kept first, in a short transaction: the same bytes
    must go out until there is other news. When nothing can be written, or somebody else writes for long, it
    goes out all the same."""
    shown, identity = own_calendars.entries(key), key.id
    if any(each.is_news for each in shown):
        allow_writing(True)
        try:
            with hardly_waiting() as connection, Session(connection, info={guards.LOOKS: True}) as session:
                session.scalars(select(FeedKey.id).where(FeedKey.id == identity).with_for_update()).all()
                shown = own_calendars.remember(session, identity, shown)
                session.commit()
        except (OperationalError, IntegrityError):  # a full disk, a long writer; a date or a key that went meanwhile
            log.warning("What a calendar of one's own said last could not be kept.")
        finally:
            allow_writing(False)
    return shown


def _path(key: FeedKey) -> str:
    return f"/feeds/mine/{links.token('feed', key)}.ics"


# ---- the pages of keys


class Shown(NamedTuple):
    """A key on the page, with the ways to put it into a calendar."""

    key: FeedKey
    name: str
    kind: str
    https: str
    webcal: str
    google: str
    square: str


class Owner(NamedTuple):
    """Whose page it is: what keys belong to, which kinds they may be, and where the page stands."""

    whose: dict[str, Any]
    kinds: list[FeedKind]
    page: str
    back: str


@bp.route("/<lang>/account/calendars", methods=["GET", "POST"])
@guards.signed_in
def keys() -> ResponseReturnValue:
    return _page(_me())


@bp.post("/<lang>/account/calendars/<int:key_id>/revoke")
@guards.signed_in
def revoke(key_id: int) -> ResponseReturnValue:
    return _taken_back(_me(), key_id)


@bp.route("/<lang>/partners/own/<token>/calendars", methods=["GET", "POST"])
@guards.link("own")
def partner_keys(partner: Partner) -> ResponseReturnValue:
    return _page(_partner(partner))


@bp.post("/<lang>/partners/own/<token>/calendars/<int:key_id>/revoke")
@guards.link("own")
def revoke_of_partner(partner: Partner, key_id: int) -> ResponseReturnValue:
    return _taken_back(_partner(partner), key_id)


@bp.route("/<lang>/signup/mine/<token>/calendars", methods=["GET", "POST"])
@guards.link("mine")
def newcomer_keys(rsvp: Rsvp) -> ResponseReturnValue:
    return _page(_newcomer(rsvp))


@bp.post("/<lang>/signup/mine/<token>/calendars/<int:key_id>/revoke")
@guards.link("mine")
def revoke_of_newcomer(rsvp: Rsvp, key_id: int) -> ResponseReturnValue:
    return _taken_back(_newcomer(rsvp), key_id)


def _me() -> Owner:
    """A volunteer's own; a partner's contact who signs in has the partner's."""
    user = me()
    page = url_for("feeds.keys")
    if user.is_volunteer:
        return Owner({"owner": user}, own_calendars.kinds_for(user), page, url_for("planning.today"))
    contact = db.session.scalars(Contact.of(user)).first()
    if contact is None:
        abort(404)
    return _partner(contact.partner)._replace(page=page)


def _partner(partner: Partner) -> Owner:
    token = links.token("own", partner)
    return Owner({"partner": partner}, [FeedKind.PARTNER], url_for("feeds.partner_keys", token=token), url_for("partners.own", token=token))


def _newcomer(rsvp: Rsvp) -> Owner:
    token = links.token("mine", rsvp)
    return Owner({"rsvp": rsvp}, [FeedKind.NEWCOMER], url_for("feeds.newcomer_keys", token=token), url_for("signup.mine", token=token))


def _page(owner: Owner) -> ResponseReturnValue:
    form = KeyForm(kind=owner.kinds[0])
    form.kind.choices = [(kind.value, KEY_KINDS[kind]) for kind in owner.kinds]
    with asking(form) as answered:
        if answered:
            own_calendars.give(FeedKind(form.kind.data), form.label.data or "", **owner.whose)
            db.session.commit()
            flash(gettext("Your calendar is ready. Now put it on your telephone."))
            return redirect(owner.page)
    keys = [_shown(key) for key in own_calendars.open_keys(**owner.whose)]
    return render_template("feeds/keys.html", form=form, keys=keys, owner=owner)


def _taken_back(owner: Owner, key_id: int) -> ResponseReturnValue:
    """Somebody else's is a 404."""
    key = next((key for key in own_calendars.open_keys(**owner.whose) if key.id == key_id), None)
    if key is None:
        abort(404)
    own_calendars.revoke(key)
    db.session.commit()
    flash(gettext("This calendar shows nothing new any more. Remove it from the telephone too."))
    return redirect(owner.page)


def _shown(key: FeedKey) -> Shown:
    query = f"?lang={g.lang_code}" if g.lang_code != phrases.SOURCE else ""
    https = addresses.full(_path(key)) + query
    kind = own_calendars.name_of(key)
    name = key.label or kind
    ways = calendar_links.subscription(https, name)
    square = segno.make(ways.webcal, error="m").svg_data_uri(scale=4, border=3, light="white")
    return Shown(key, name, kind, https, ways.webcal, ways.google, square)

