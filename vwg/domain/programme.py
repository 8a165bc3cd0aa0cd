"""What is on, for whoever looks: the agenda's filters, its search and its pages.

A page and a feed ask with the same words, so they are read in one place.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, or_, select
from sqlalchemy.orm import contains_eager, lazyload

from vwg import clock, phrases
from vwg.db import db
from vwg.models import Category, Event, EventDate, EventText, Partner, Place, Pledge, PledgeState, ReasonText

A_PAGE = 25
A_MONTH = 400  # dates on one month's page
LONGEST_QUESTION = 100
MOST_WORDS = 8
LITTLE_DUTCH = 2
YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Wish:
    """What somebody looks for. What is empty asks nothing; `starts` and `ends` are aware moments.

    `impossible`: something was asked that there is not (an unknown word for when), so nothing fits.
    """

    q: str = ""
    category: str = ""
    partner: str = ""
    place: str = ""
    spoken: str = ""
    for_children: bool = False
    free: bool = False
    dutch: int = 0
    starts: datetime | None = None
    ends: datetime | None = None
    past_too: bool = False
    impossible: bool = False


@dataclass(frozen=True)
class Page:
    """Some of the dates, in order. `number` and `last` count from 1."""

    dates: list[EventDate]
    number: int
    last: int
    total: int


def wish(asked: Mapping[str, str]) -> Wish:
    """The query of an address (`q category partner place for free when dutch spoken from to`) as a wish."""
    given = {name: _plain(value) for name, value in asked.items()}
    starts, ends, known = _span(given.get("when", ""), given.get("from", ""), given.get("to", ""))
    dutch = given.get("dutch", "")
    known = known and given.get("for", "") in {"", "children"} and given.get("spoken", "") in {"", *phrases.KNOWN}
    known = known and dutch in {"", "1", "2", "3", "4"} and given.get("free", "") in {"", "1"}
    return Wish(
        q=given.get("q", ""), category=given.get("category", ""), spoken=given.get("spoken", ""),
        partner=given.get("partner", "").partition("-")[0], place=given.get("place", "").partition("-")[0],
        for_children=given.get("for") == "children", free=given.get("free") == "1", dutch=int(dutch) if known and dutch else 0,
        starts=starts, ends=ends, past_too=bool(given.get("from")), impossible=not known,
    )  # fmt: skip


def page(wanted: Wish, number: int, language: str) -> Page:
    """The dates that fit, so many a page; beyond the last page is the last. Two queries, three with words."""
    if wanted.impossible:
        return Page([], 1, 1, 0)
    fitting = _fitting(wanted)
    if wanted.q:
        fitting = fitting.where(Event.id.in_(_that_say(wanted.q, fitting)))
    number = max(number, 1)
    found, total = _page(fitting, number, language)
    if not found and number > 1:
        total = db.session.scalar(select(func.count()).select_from(fitting.with_only_columns(EventDate.id).subquery())) or 0
        number = max(-(-total // A_PAGE), 1)
        found, total = _page(fitting, number, language)
    return Page(found, number, max(-(-total // A_PAGE), 1), total)


def month(year: int, number: int, language: str) -> list[EventDate]:
    """All public dates of a month of the village's calendar, those that are over too."""
    first = date(year, number, 1)
    after = date(year + number // 12, number % 12 + 1, 1)
    span = and_(EventDate.starts_at >= clock.at(first, 0), EventDate.starts_at < clock.at(after, 0))
    return list(db.session.scalars(_with_all(EventDate.public().where(span), language).limit(A_MONTH)).unique())


def components(wanted: Wish) -> set[str]:
    """What of a calendar fits: `s<id>` of series with a date that does, `d<id>` of single dates; the past too."""
    fitting = _fitting(replace(wanted, past_too=True))
    if wanted.q:
        fitting = fitting.where(Event.id.in_(_that_say(wanted.q, fitting)))
    rows = db.session.execute(fitting.with_only_columns(EventDate.id, EventDate.series_id).order_by(None))
    return {f"s{series}" if series else f"d{date}" for date, series in rows}


def text_in(event: Event, language: str) -> EventText | None:
    """The activity's words in that language for all to see; a draft of a translation is not there yet."""
    said = event.text_in(language)
    return said if said is not None and said.title and said.state != "draft" else None


def in_language(dates: "Select[EventDate]", language: str) -> "Select[EventDate]":
    """Each date's reason comes along in that language, in the same query."""
    here = and_(ReasonText.date_id == EventDate.id, ReasonText.language == language)
    return dates.outerjoin(ReasonText, here).options(contains_eager(EventDate.reasons))


# ---- inside


def _with_all(dates: "Select[EventDate]", language: str) -> "Select[EventDate]":
    category = contains_eager(EventDate.event).joinedload(Event.category)
    return in_language(dates, language).options(category.options(lazyload(Category.texts))).order_by(EventDate.starts_at, EventDate.id)


def _page(fitting: "Select[EventDate]", number: int, language: str) -> tuple[list[EventDate], int]:
    statement = _with_all(fitting, language).add_columns(func.count().over())
    rows = db.session.execute(statement.limit(A_PAGE).offset((number - 1) * A_PAGE)).unique().all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _fitting(wanted: Wish) -> "Select[EventDate]":
    asked: list[ColumnElement[bool]] = []
    if not wanted.past_too:
        asked.append(EventDate.ends_at > clock.now())
    if wanted.starts:
        asked.append(EventDate.starts_at >= wanted.starts)
    if wanted.ends:
        asked.append(EventDate.starts_at < wanted.ends)
    if wanted.category:
        asked.append(Event.category_id.in_(select(Category.id).where(Category.slug == wanted.category)))
    if wanted.place:
        asked.append(EventDate.place_id.in_(select(Place.id).where(Place.public_id == wanted.place)))
    if wanted.partner:
        asked.append(_with_partner(wanted.partner))
    if wanted.free:
        asked.append(Event.price_cents == 0)
    if wanted.dutch:
        asked.append(Event.dutch_level.between(1, wanted.dutch))
    if wanted.for_children:
        asked.append(or_(Event.facts["children"].as_boolean().is_(True), Event.facts["childcare"].as_string().is_not(None)))
    if wanted.spoken:
        asked.append(cast(Event.facts["interpreter"].as_string(), String).contains(f'"{wanted.spoken}"', autoescape=True))
    return EventDate.public().where(*asked)


def _with_partner(public_id: str) -> ColumnElement[bool]:
    """It organises, or it helps and agreed to be named."""
    who = select(Partner.id).where(Partner.public_id == public_id)
    named = select(Pledge.event_id).where(
        Pledge.partner_id.in_(who), Pledge.consent_to_name, Pledge.state.in_([PledgeState.PROMISED, PledgeState.THANKED])
    )
    return or_(Event.organisation_id.in_(who), Event.id.in_(named))


def _that_say(question: str, fitting: "Select[EventDate]") -> list[int]:
    """Activities whose words, in any language, have all words of the question; accents are forgiven."""
    wanted = folded(question).split()[:MOST_WORDS]
    ids = fitting.with_only_columns(EventDate.event_id).order_by(None).scalar_subquery()
    rows = db.session.execute(
        select(EventText.event_id, EventText.title, EventText.text).where(EventText.event_id.in_(ids), EventText.state != "draft")
    )
    return sorted({identity for identity, title, text in rows if all(word in folded(f"{title} {text}") for word in wanted)})


def folded(text: str) -> str:
    """Small letters without accents: `Café` and `cafe`, `أكل` and `اكل` are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def _plain(text: str) -> str:
    """Without control signs, and not longer than a question is."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * LONGEST_QUESTION]).split())[:LONGEST_QUESTION]


def _span(when: str, first: str, last: str) -> tuple[datetime | None, datetime | None, bool]:
    """From when until when, and whether that was understood."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    days = {
        "": (None, None),
        "today": (today, today + timedelta(days=1)),
        "weekend": (monday + timedelta(days=5), monday + timedelta(days=7)),
        "week": (today, monday + timedelta(days=7)),
        "month": (today, (today.replace(day=1) + timedelta(days=32)).replace(day=1)),
    }
    if when not in days:
        return None, None, False
    starts, ends = days[when]
    for text in (first, last):
        if text and _day(text) is None:
            return None, None, False
    if first:
        starts = _day(first)
    if last and (until := _day(last)):
        ends = until + timedelta(days=1)
    return clock.at(starts, 0) if starts else None, clock.at(ends, 0) if ends else None, True


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found.year in YEARS else None
