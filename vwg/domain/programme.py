"""What is on, for whoever looks: the agenda's filters, its search and its pages.

A page and a feed ask with the same words, so they are read in one place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, lazyload

from vwg import clock, phrases
from vwg.db import db
from vwg.models import Category, Event, EventDate, EventText, Partner, Place, Pledge, PledgeState, ReasonText

A_PAGE = 20
A_MONTH = 400  # dates on one month's page
LONGEST_QUESTION = 100
MOST_WORDS = 8
LITTLE_DUTCH = 2
YEARS = range(2000, 2101)
MOST_KNOWN = 200
NAMED = (PledgeState.PROMISED, PledgeState.THANKED)  # whoever agreed is named in these
EARLIER = "earlier"  # a word for `when`: what is over


@dataclass(frozen=True)
class Wish:
    """What somebody looks for. What is empty asks nothing; `starts` and `ends` are aware moments.

    `past`: what is over, the latest first. `impossible`: something was asked that there is not (an unknown word for when), so nothing fits.
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
    past: bool = False
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
        starts=starts, ends=ends, past_too=bool(given.get("from")), past=given.get("when") == EARLIER, impossible=not known,
    )  # fmt: skip


def page(wanted: Wish, number: int, language: str) -> Page:
    """The dates that fit, so many a page; beyond the last page is the last. Two queries."""
    if wanted.impossible:
        return Page([], 1, 1, 0)
    fitting = _fitting(wanted)
    number = max(number, 1)
    found, total = _page(fitting, number, language, wanted.past)
    if not found and number > 1:
        total = db.session.scalar(select(func.count()).select_from(fitting.with_only_columns(EventDate.id).subquery())) or 0
        number = max(-(-total // A_PAGE), 1)
        found, total = _page(fitting, number, language, wanted.past)
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
    rows = db.session.execute(fitting.with_only_columns(EventDate.id, EventDate.series_id).order_by(None))
    return {f"s{series}" if series else f"d{date}" for date, series in rows}


def counted(wishes: Sequence[Wish]) -> list[int]:
    """How many dates fit each of these wishes, in one query."""
    possible = [wanted for wanted in wishes if not wanted.impossible]
    if not possible:
        return [0] * len(wishes)
    numbers = [_fitting(each).with_only_columns(func.count(EventDate.id)).order_by(None).scalar_subquery() for each in possible]
    found = dict(zip(map(id, possible), db.session.execute(select(*numbers)).one(), strict=True))
    return [int(found.get(id(wanted), 0)) for wanted in wishes]


def first_year() -> int:
    """Of the oldest date that strangers may see; this year when there is none."""
    first = db.session.scalar(EventDate.public().with_only_columns(func.min(EventDate.starts_at)).order_by(None))
    return clock.local(first).year if first else clock.today().year


class Known(NamedTuple):
    """A place or a partner by which one can look. `kind`: which of the two."""

    kind: str
    public_id: str
    name: str


def where_and_with_whom() -> list[Known]:
    """Places with something to come, and listed partners that organise or help, by name; one query."""
    ahead = EventDate.public().where(EventDate.ends_at > clock.now())
    open_places = ahead.where(Event.address_after_signup.is_(False)).with_only_columns(EventDate.place_id).order_by(None)
    events_ahead = ahead.with_only_columns(EventDate.event_id).order_by(None)
    places = select(literal("place"), Place.public_id, Place.name).where(Place.id.in_(open_places), Place.address_public)
    organising = select(Event.organisation_id).where(Event.id.in_(events_ahead))
    helping = select(Pledge.partner_id).where(Pledge.event_id.in_(events_ahead), Pledge.consent_to_name, Pledge.state.in_(NAMED))
    partners = (
        Partner.listed().where(or_(Partner.id.in_(organising), Partner.id.in_(helping)))
        .with_only_columns(literal("partner"), Partner.public_id, Partner.name)
    )  # fmt: skip
    return [Known(*row) for row in db.session.execute(union_all(places, partners).order_by("name").limit(MOST_KNOWN))]


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
    event = contains_eager(EventDate.event)
    shown = (event.joinedload(Event.category).options(lazyload(Category.texts)), event.joinedload(Event.picture))
    return in_language(dates, language).options(*shown).order_by(EventDate.starts_at, EventDate.id)


def _page(fitting: "Select[EventDate]", number: int, language: str, latest_first: bool) -> tuple[list[EventDate], int]:
    """In one query; what is counted is narrow, what is read is a page."""
    order = (EventDate.starts_at.desc(), EventDate.id.desc()) if latest_first else (EventDate.starts_at, EventDate.id)
    narrow = fitting.with_only_columns(EventDate.id, func.count().over().label("total")).order_by(*order)
    chosen = narrow.limit(A_PAGE).offset((number - 1) * A_PAGE).subquery()
    shown = select(EventDate).join(chosen, chosen.c.id == EventDate.id).join(EventDate.event).options(contains_eager(EventDate.event))
    statement = _with_all(shown, language).add_columns(chosen.c.total).order_by(None).order_by(*order)
    rows = db.session.execute(statement).unique().all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _fitting(wanted: Wish) -> "Select[EventDate]":
    asked: list[ColumnElement[bool]] = []
    if wanted.past:
        asked.append(EventDate.ends_at <= clock.now())
    elif not wanted.past_too:
        asked.append(EventDate.ends_at > clock.now())
    if wanted.starts:
        asked.append(EventDate.starts_at >= wanted.starts)
    if wanted.ends:
        asked.append(EventDate.starts_at < wanted.ends)
    if wanted.category:
        asked.append(Event.category_id.in_(select(Category.id).where(Category.slug == wanted.category)))
    if wanted.place:
        asked.append(EventDate.place_id.in_(select(Place.id).where(Place.public_id == wanted.place, Place.address_public)))
        asked.append(Event.address_after_signup.is_(False))  # the filter would tell the address
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
    if wanted.q:
        asked.append(_that_says(wanted.q))
    return EventDate.public().where(*asked)


def _with_partner(public_id: str) -> ColumnElement[bool]:
    """It organises, or it helps and agreed to be named."""
    who = select(Partner.id).where(Partner.public_id == public_id)
    named = select(Pledge.event_id).where(
        Pledge.partner_id.in_(who), Pledge.consent_to_name, Pledge.state.in_(NAMED)
    )
    return or_(Event.organisation_id.in_(who), Event.id.in_(named))


def _that_says(question: str) -> ColumnElement[bool]:
    """Its words, in one of its languages, have all words of the question; accents and capitals are forgiven."""
    words = [EventText.folded.contains(word, autoescape=True) for word in phrases.folded(question).split()[:MOST_WORDS]]
    return Event.id.in_(select(EventText.event_id).where(EventText.state != "draft", *words))


def _plain(text: str) -> str:
    """Without control signs, and not longer than a question is."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * LONGEST_QUESTION]).split())[:LONGEST_QUESTION]


def _span(when: str, first: str, last: str) -> tuple[datetime | None, datetime | None, bool]:
    """From when until when, and whether that was understood."""
    today = clock.today()
    monday = today - timedelta(days=today.weekday())
    days = {
        "": (None, None),
        EARLIER: (None, None),
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
