"""An activity as one item of a list that other sites read: for Atom and JSON Feed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vwg import addresses, clock, phrases
from vwg.models import Event, EventDate
from vwg.phrases import N_, gettext

LONGEST = 1000


@dataclass(frozen=True)
class Item:
    """One activity with its dates to come, in one language. Texts are plain."""

    identity: str  # an address that stays, whatever the title
    address: str
    title: str
    text: str
    kind: str  # its category, else empty
    published: datetime
    changed: datetime
    dates: tuple[EventDate, ...]


@dataclass(frozen=True)
class About:
    """The list itself. `page` is for people, `source` its own address."""

    name: str
    description: str
    page: str
    source: str
    language: str
    changed: datetime


def items_of(dates: Sequence[EventDate], language: str) -> list[Item]:
    """One for each activity among these dates, in their order, in the language that is spoken now."""
    together: dict[int, list[EventDate]] = {}
    for date in dates:
        together.setdefault(date.event_id, []).append(date)
    return [_item(those[0].event, tuple(those), language) for those in together.values()]


def _item(event: Event, dates: tuple[EventDate, ...], language: str) -> Item:
    said = event.text_in(language)
    text = said if said is not None and said.title and said.state != "draft" else event.text
    title = text.title if text else event.title
    return Item(
        identity=addresses.full(f"/nl/agenda/{event.public_id}"),
        address=addresses.event_page(language, event.public_id, title),
        title=title,
        text="\n".join([*(line_of(date) for date in dates), "", (text.text if text else "")[:LONGEST]]).strip(),
        kind=event.category.name_in(language) if event.category else "",
        published=event.created_at,
        changed=max(date.changed_at for date in dates),
        dates=dates,
    )


_STATES = {"cancelled": N_("Cancelled"), "postponed": N_("Postponed")}


def line_of(date: EventDate) -> str:
    """`Zaterdag 21 maart 2026 van 14:00 tot 18:00, Zaal Skala`; that it does not go on comes first."""
    state = _STATES.get(str(date.state.value if hasattr(date.state, "value") else date.state))
    when = phrases.when(date.starts_at, date.ends_at, date.all_day)
    where = date.shown_place
    line = ", ".join(part for part in (when, where) if part)
    return f"{gettext(state)}: {line}" if state else line


def stamp(moment: datetime) -> str:
    """RFC 3339, on the village's clock."""
    return clock.local(moment).isoformat(timespec="seconds")
