"""Pages that stand: the agenda on a phone, who we are, what we keep, who can use this."""

from typing import Any, NamedTuple
from urllib.parse import quote

import segno
from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import addresses, guards
from vwg.agenda import bp, words
from vwg.db import db
from vwg.domain.settings import group
from vwg.models import Category


class Calendar(NamedTuple):
    """A feed's address, and how calendar programs take it."""

    https: str
    webcal: str
    google: str
    outlook: str


@bp.get("/agenda/subscribe")
@guards.public
def subscribe() -> ResponseReturnValue:
    categories = db.session.scalars(
        select(Category).options(joinedload(Category.texts)).order_by(Category.position, Category.id)
    ).unique()
    feeds = [(each.name_in(g.lang_code), each.icon, _calendar("feeds.category", category=each.slug)) for each in categories]
    all_of_it = _calendar("feeds.agenda")
    code = segno.make(all_of_it.webcal, error="m").svg_data_uri(scale=5, border=3, light="white")
    return render_template("agenda/subscribe.html", feed=all_of_it, feeds=feeds, code=code)


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


def _calendar(endpoint: str, **which: Any) -> Calendar:
    """In the page's language; Dutch is what a feed speaks by itself."""
    if g.lang_code != "nl":
        which["lang"] = g.lang_code
    https = addresses.full(url_for(endpoint, **which))
    webcal = "webcal://" + https.partition("://")[2]
    return Calendar(
        https, webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        f"https://outlook.live.com/calendar/0/addfromweb?url={quote(https, safe='')}&name={quote(group().name, safe='')}",
    )  # fmt: skip
