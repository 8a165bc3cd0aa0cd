"""Pages that stand: the agenda on a phone, who we are, what we keep, who can use this."""

from typing import Any, NamedTuple

import segno
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from vwg import addresses, guards, phrases
from vwg.agenda import bp, words
from vwg.db import db
from vwg.domain.settings import group
from vwg.formats import calendar_links
from vwg.models import Category, Event, Partner


class Choice(NamedTuple):
    """What somebody wants in a calendar, of what there is; empty is everything, in the page's language."""

    category: str
    partner: str
    language: str


@bp.get("/agenda/subscribe")
@guards.public
def subscribe() -> ResponseReturnValue:
    """First what, then how; or how another site shows it. Nothing is sent: it is all in the address."""
    names = joinedload(Category.texts)
    categories = db.session.scalars(select(Category).options(names).order_by(Category.position, Category.id)).unique().all()
    partners = db.session.scalars(Partner.listed().where(_organises_something()).order_by(Partner.sorted_by)).unique().all()
    choice = _choice([each.slug for each in categories], [each.public_id for each in partners])
    feed = calendar_links.subscription(addresses.full(_feed_of(choice)), group().name)
    code = segno.make(feed.webcal, error="m").svg_data_uri(scale=5, border=3, light="white")
    return render_template(
        "agenda/subscribe.html", feed=feed, code=code, categories=categories, partners=partners, choice=choice,
        for_site=request.args.get("way") == "site", site=_for_a_site(choice),
    )  # fmt: skip


def _organises_something() -> ColumnElement[bool]:
    return Partner.id.in_(Event.public().with_only_columns(Event.organisation_id).where(Event.organisation_id.is_not(None)))


def _choice(categories: list[str], partners: list[str]) -> Choice:
    """What is asked for and there is not, is not chosen."""
    asked = {name: request.args.get(name, "") for name in ("category", "partner", "language")}
    return Choice(
        asked["category"] if asked["category"] in categories else "",
        asked["partner"] if asked["partner"] in partners else "",
        asked["language"] if asked["language"] in phrases.KNOWN else g.lang_code,
    )


def _feed_of(choice: Choice) -> str:
    """Dutch is what a feed speaks by itself."""
    lang: dict[str, Any] = {} if choice.language == phrases.SOURCE else {"lang": choice.language}
    if choice.category and choice.partner:
        return url_for("feeds.agenda", category=choice.category, partner=choice.partner, **lang)
    if choice.category:
        return url_for("feeds.category", category=choice.category, **lang)
    if choice.partner:
        return url_for("feeds.partner", partner=choice.partner, **lang)
    return url_for("feeds.agenda", **lang)


class ForASite(NamedTuple):
    """What somebody puts into a site of their own."""

    frame: str
    listener: str
    addresses: list[tuple[str, str]]


def _for_a_site(choice: Choice) -> ForASite:
    kept = {name: value for name, value in (("category", choice.category), ("partner", choice.partner), ("lang", choice.language)) if value}
    frame: dict[str, Any] = {**kept, "count": "10"}
    rest: dict[str, Any] = kept
    return ForASite(
        addresses.full(url_for("feeds.embed", **frame)),
        addresses.full(url_for("static", filename="embed-listener.js")),
        [(name, addresses.full(url_for(endpoint, **rest))) for name, endpoint in (("JSON Feed", "feeds.json"), ("Atom", "feeds.atom"), ("HTML", "feeds.fragment"))],
    )


@bp.get("/welcome")
@guards.public
def welcome() -> ResponseReturnValue:
    return render_template("agenda/welcome.html", asylum=words.NOT_YOUR_ASYLUM)


@bp.get("/privacy")
@guards.public
def privacy() -> ResponseReturnValue:
    keep = group()
    days = {"contact_days": keep.keep_contact_days, "name_days": keep.keep_name_days, "months": keep.keep_household_months}
    return render_template("agenda/privacy.html", parts=words.PRIVACY, asylum=words.NOT_YOUR_ASYLUM, values=days)


@bp.get("/accessibility")
@guards.public
def accessibility() -> ResponseReturnValue:
    return render_template("agenda/accessibility.html")

