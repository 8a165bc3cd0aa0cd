"""The agenda: the list, a month, an activity."""

import calendar
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import segno
from flask import abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg import addresses, clock, facts, forms, guards, i18n, links, phrases
from vwg.agenda import bp, choices, one_date
from vwg.db import db
from vwg.domain import invitations, programme, rsvps, shifts
from vwg.domain.rsvps import Seats
from vwg.models import Category, Event, EventDate, EventText, Need, User
from vwg.pages import address_of, found
from vwg.phrases import gettext

MOST_DATES_SHOWN = 60
BADGES = {"uitpas", "food", "children", "childcare", "lift", "wheelchair", "women_only"}  # facts that a list shows too


class Shown(NamedTuple):
    """A date with how it stands. `refusal`: why nobody can sign up for it now, else empty."""

    date: EventDate
    seats: Seats
    refusal: str


@bp.get("/", strict_slashes=False)
@guards.public
def front() -> ResponseReturnValue:
    """`/ar`, as people type it."""
    return redirect(url_for("agenda.index"))


@bp.get("/agenda/")
@guards.public
def index() -> ResponseReturnValue:
    categories = choices.categories()
    wanted = programme.wish(request.args)
    page = programme.page(wanted, _page_number(), g.lang_code)
    return render_template(
        "agenda/index.html", wanted=wanted, page=page, days=_by_day(page.dates), standing=rsvps.standing(page.dates),
        chips=choices.chips(categories), address=_address_of_page, badges=BADGES, first_visit=_comes_from_elsewhere(),
        month=clock.today(), is_filtered=bool(choices.made()), kept=[pair for pair in choices.made().items() if pair[0] != "q"],
        ways_out=[] if page.dates else choices.ways_out(), years=choices.years() if wanted.past else [],
        offered=programme.where_and_with_whom() if request.args.get("choose") else None, other=choices.address,
    )  # fmt: skip


@bp.get("/agenda/<int(fixed_digits=4):year>-<int(fixed_digits=2):month>")
@guards.public
def month(year: int, month: int) -> ResponseReturnValue:
    if year not in programme.YEARS or not 1 <= month <= 12:
        abort(404)
    dates = programme.month(year, month, g.lang_code)
    before, after = divmod(12 * year + month - 2, 12), divmod(12 * year + month, 12)
    return render_template(
        "agenda/month.html", first=date(year, month, 1), weeks=calendar.Calendar().monthdatescalendar(year, month),
        days=_by_day(dates), standing=rsvps.standing(dates), badges=BADGES,
        earlier=_month_address(*before), later=_month_address(*after), weekdays=_weekdays(),
    )  # fmt: skip


@bp.get("/agenda/<event>")
@guards.public
def event(event: str) -> ResponseReturnValue:
    chosen: Event = found(
        Event.public().options(
            joinedload(Event.category).joinedload(Category.texts), joinedload(Event.texts),
            joinedload(Event.organisation), selectinload(Event.hosts).lazyload(User.roles),  # joined, SQLite reads all hosts
            joinedload(Event.needs.and_(Need.is_public)),
        ),
        event,
    )
    dates = _dates_of(chosen)
    outside = addresses.full(url_for("agenda.event", event=address_of(chosen)))
    return render_template(
        "agenda/event.html", keep=one_date.ways_to_keep(dates[0].date) if dates else None, outside=outside,
        square=_square(outside),
        event=chosen, dates=dates, text=programme.text_in(chosen, g.lang_code),
        helpers=invitations.named_helpers(chosen), share=_share_text(chosen, dates),
        first_visit=_comes_from_elsewhere(), asked=_asked(chosen),
    )  # fmt: skip


@bp.context_processor
def _words() -> dict[str, Any]:
    """What this desk's templates say of an activity."""
    return {
        "money": facts.money, "shown_phone": forms.shown_phone,
        "facts_of": lambda event: facts.say(event.facts),
        "card_of": lambda event: facts.card(event.price_cents, event.dutch_level, event.facts),
        "own_name_of": lambda code: phrases.KNOWN[code].own_name if code in phrases.KNOWN else code,
        "aloud": _aloud,
        "dutch_words": lambda level: gettext(facts.DUTCH_LEVELS.get(level, "")) if level else "",
        "day_and_hour": lambda moment: f"{phrases.day(clock.local(moment).date())} {phrases.hour(moment)}",
    }  # fmt: skip


# ---- inside


def _dates_of(event: Event) -> list[Shown]:
    """The dates to come with how they stand; when all are over, the last one."""
    own = programme.in_language(select(EventDate).where(EventDate.event_id == event.id), g.lang_code)
    ahead = own.where(EventDate.ends_at > clock.now()).order_by(EventDate.starts_at).limit(MOST_DATES_SHOWN)
    dates = list(db.session.scalars(ahead).unique())
    if not dates:
        dates = list(db.session.scalars(own.order_by(EventDate.starts_at.desc()).limit(1)).unique())
    standing = rsvps.standing(dates)
    return [Shown(each, standing[each.id], rsvps.refusal(each)) for each in dates]


class Asked(NamedTuple):
    """Something that is still missing, and the page where a helper takes it upon them. Nobody's name."""

    need: Need
    left: int
    when: str
    page: str


def _asked(event: Event) -> list[Asked]:
    found = []
    for need in shifts.asked_of_everybody(event):
        hours = shifts.hours_of(need)
        found.append(Asked(need, shifts.places_left(need), phrases.when(*hours) if hours else "", links.to("help", need, g.lang_code)))
    return found


def _share_text(event: Event, dates: list[Shown]) -> str:
    """What goes into a message: title, when, where, and the page, in this language."""
    said = programme.text_in(event, g.lang_code)
    lines = [said.title if said else event.title]
    if dates:
        first = dates[0].date
        lines.append(i18n.when(first))
        lines.append(first.shown_place)
        if first.is_cancelled:
            lines.append(gettext("This does not go on."))
    return "\n".join([*(line for line in lines if line), addresses.full(url_for("agenda.event", event=address_of(event)))])


@lru_cache(maxsize=1000)
def _square(address: str) -> str:
    """The square code of an address, as an image; the best of its masks is sought once."""
    return str(segno.make(address, error="l").svg_data_uri(scale=4, border=4, light="white"))


def _aloud(event: Event, text: EventText | None, date: EventDate | None, card: list[facts.Said]) -> list[tuple[str, str]]:
    """What a voice reads, with the language of each part: title, when, where, facts. A title in Dutch stays Dutch."""
    own = phrases.language().tag
    parts = [(own, text.title) if text else ("nl", event.title)]
    if date is not None:
        parts.append((own, i18n.when(date)))
        if date.shown_place:
            parts.append(("nl", date.shown_place))
        if not date.is_on:
            parts.append((own, gettext("This does not go on.")))
    return parts + [(own, f"{each.title}. {each.line}") for each in card]


def _by_day(dates: Iterable[EventDate]) -> list[tuple[date, list[EventDate]]]:
    return [(day, list(those)) for day, those in groupby(dates, lambda each: clock.local(each.starts_at).date())]


def _page_number() -> int:
    given = request.args.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def _address_of_page(number: int) -> str:
    return choices.address(page=number)


def _comes_from_elsewhere() -> bool:
    """Somebody who comes from elsewhere sees the languages standing open; no cookie is needed to know."""
    return urlsplit(request.referrer or "").netloc != request.host


def _month_address(year: int, month_before: int) -> str | None:
    return url_for("agenda.month", year=year, month=month_before + 1) if year in programme.YEARS else None


def _weekdays() -> list[tuple[str, str]]:
    """Monday to Sunday in short and in full, in the page's language."""
    monday = datetime(2024, 1, 1).date()
    days = [date.fromordinal(monday.toordinal() + number) for number in range(7)]
    return [(phrases.weekday(each, "short"), phrases.weekday(each)) for each in days]
