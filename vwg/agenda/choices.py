"""What one looks for in the agenda, as plain links: each choice combines with the others and can be taken away."""

import re
from datetime import date
from typing import Any, NamedTuple

from flask import g, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vwg import clock, facts, phrases
from vwg.db import db
from vwg.domain import programme
from vwg.models import Category, Partner, Place
from vwg.phrases import N_, gettext

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # what nobody can read, and nobody means
FILTERS = ("q", "category", "partner", "place", "for", "free", "when", "dutch", "spoken", "from", "to")
WHEN = {"today": N_("Today"), "week": N_("This week"), "weekend": N_("This weekend"), "month": N_("This month"), programme.EARLIER: N_("Earlier")}
ALWAYS = (
    ("when", "week", N_("This week"), "calendar"),
    ("when", "weekend", N_("This weekend"), "calendar"),
    ("free", "1", N_("Free"), "currency-euro"),
    ("for", "children", N_("With children"), "baby-carriage"),
    ("dutch", str(programme.LITTLE_DUTCH), N_("Little Dutch"), "messages"),
)


class Chip(NamedTuple):
    """A filter as a link: pressing it again takes it away."""

    words: str
    href: str
    is_on: bool
    icon: str = ""


class WayOut(NamedTuple):
    """One choice less, and how many dates there are then."""

    words: str
    href: str
    found: int


def made() -> dict[str, str]:
    """What this visitor chose, by its name in the address."""
    if not request.args:
        return {}
    given = {name: CONTROL.sub("", request.args.get(name, ""))[: programme.LONGEST_QUESTION].strip() for name in FILTERS}
    return {name: value for name, value in given.items() if value}


def address(without: str = "", **other: Any) -> str:
    """The agenda with what was chosen, one choice less or others more; it begins at the first page."""
    kept: dict[str, Any] = {name: value for name, value in made().items() if name != without}
    return url_for("agenda.index", **{**kept, **other})


def categories() -> list[Category]:
    names = joinedload(Category.texts)
    return list(db.session.scalars(select(Category).options(names).order_by(Category.position, Category.id)).unique())


def chips(known: list[Category]) -> list[Chip]:
    """All; then what was chosen and has no chip of its own; then what one often looks for; then the kinds."""
    everything = Chip(gettext("All"), url_for("agenda.index"), not made())
    standing = [(name, value, gettext(words), icon) for name, value, words, icon in ALWAYS]
    standing += [("category", each.slug, each.name_in(g.lang_code), each.icon) for each in known]
    own = {(name, value) for name, value, _, _ in standing}
    others = [Chip(_words(name, value), address(name), True, "x") for name, value in made().items() if (name, value) not in own]
    return [everything, *others, *(_chip(*each) for each in standing)]


def ways_out() -> list[WayOut]:
    """Nothing was found: the choices that, taken away one by one, leave something. One query."""
    chosen = made()
    if not chosen:
        return []
    known = {each.slug: each.name_in(g.lang_code) for each in categories()} if "category" in chosen else {}
    wishes = [programme.wish({name: value for name, value in chosen.items() if name != without}) for without in chosen]
    found = zip(chosen.items(), programme.counted(wishes), strict=True)
    return [WayOut(known.get(value, "") if name == "category" else _words(name, value).strip("“”"), address(name), number) for (name, value), number in found if number]


def years() -> list[Chip]:
    """The years that have been, the latest first, to look back in."""
    asked = request.args.get("from", "")
    spans = [(year, f"{year}-01-01", f"{year}-12-31") for year in range(clock.today().year, programme.first_year() - 1, -1)]
    return [Chip(str(year), address(**{"from": first, "to": last}), asked == first) for year, first, last in spans]


# ---- inside


def _chip(name: str, value: str, words: str, icon: str) -> Chip:
    is_on = request.args.get(name) == value
    return Chip(words, address(name) if is_on else address(**{name: value}), is_on, icon)


def _words(name: str, value: str) -> str:
    """What was chosen, as a person says it; nonsense as it was given."""
    if name == "q":
        return f"“{value}”"
    if name == "when" and value in WHEN:
        return gettext(WHEN[value])
    if name in {"from", "to"} and (said := _digits(value)):
        return (gettext("From %(day)s") if name == "from" else gettext("Until %(day)s")) % {"day": said}
    if name == "spoken" and value in phrases.KNOWN:
        return phrases.KNOWN[value].own_name
    if name == "dutch" and value.isdigit() and int(value) in facts.DUTCH_LEVELS:
        return gettext(facts.DUTCH_LEVELS[int(value)])
    if name in {"place", "partner"}:
        return _name_of(name, value.partition("-")[0]) or value
    for fixed, known, words, _ in ALWAYS:
        if (fixed, known) == (name, value):
            return gettext(words)
    return value


def _name_of(name: str, public_id: str) -> str | None:
    """Of a partner that is listed, of a place that strangers may know."""
    if name == "partner":
        return db.session.scalar(Partner.listed().where(Partner.public_id == public_id).with_only_columns(Partner.name))
    return db.session.scalar(select(Place.name).where(Place.public_id == public_id, Place.address_public))


def _digits(value: str) -> str:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return ""
    return f"{day.day}/{day.month}/{day.year}"
