"""Like last time: a new draft out of an activity that was, without its people."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import clashes, errors, events, holidays, series
from vwg.domain.dates import Times
from vwg.domain.series import Plan, Rhythm
from vwg.models import Event, EventDate, EventText, Need, Stage, User
from vwg.phrases import SOURCE

MOST_SHOWN = 3
LOOKED_AT = 30
TRIES = 53  # a year of weeks


def last_ones(most: int = MOST_SHOWN) -> list[Event]:
    """The last that went online, of each title one."""
    latest = (
        select(Event)
        .where(Event.stage == Stage.PUBLISHED)
        .options(selectinload(Event.dates))
        .order_by(Event.published_at.desc(), Event.id.desc())
        .limit(LOOKED_AT)
    )
    by_title: dict[str, Event] = {}
    for event in db.session.scalars(latest):
        by_title.setdefault(event.title.casefold(), event)
    return list(by_title.values())[:most]


def copy(event: Event, by: User) -> Event:
    """A draft with its words, translations, needs and facts, on the next day that fits.

    Nobody who was asked, promised, signed up or stood at the door comes along. Raises NoDates.
    """
    draft = events.create(events.details_of(event), [next_times(event)], by)
    draft.babies_count, draft.smaller_may_pass, draft.picture_id = event.babies_count, event.smaller_may_pass, event.picture_id
    source = event.text_in(SOURCE)
    for text in event.texts:
        if text.language == SOURCE:
            continue
        is_fresh = source is not None and text.source_version == source.version
        draft.texts.append(
            EventText(
                language=text.language, title=text.title, text=text.text, bring=text.bring, state=text.state,
                made_by=text.made_by, source_version=1 if is_fresh else 0,
            )
        )  # fmt: skip
    for need in event.needs:
        draft.needs.append(Need(kind=need.kind, what=need.what, amount=need.amount, unit=need.unit, language=need.language, near_people=need.near_people))
    db.session.flush()
    return draft


def next_times(event: Event) -> Times:
    """The same weekday and hours, in its own rhythm, on a free day: the place is ours then and nobody has a holiday.

    Where a whole year has no such day, the first that comes. Raises NoDates.
    """
    held = [date for date in event.dates if not date.is_cancelled] or event.dates
    if not held:
        raise errors.NoDates
    last = max(held, key=lambda date: date.starts_at)
    coming = _coming(last)
    for times in coming:
        day = clock.local(times.starts_at).date()
        if not holidays.public(day) and not clashes.taken(last.place, times.starts_at, times.ends_at):
            return times
    return coming[0]


# ---- inside


def _coming(last: EventDate) -> Sequence[Times]:
    """The dates after it and after today, in the rhythm of its series, else week by week."""
    pattern = Times(last.starts_at, last.ends_at)
    rhythm = Rhythm.of(last.series.rule) if last.series else Rhythm()
    begins = clock.local(last.starts_at).date()
    if rhythm.every == series.Every.WEEK:
        step = 7 * rhythm.interval
        ahead = max((clock.today() - begins).days, 0) // step * step
        days = [begins + timedelta(days=ahead + step * number) for number in range(1, TRIES + 1)]
        return [series.on_day(pattern, begins, day) for day in days]
    until = max(clock.today(), begins) + timedelta(days=366 * rhythm.interval)
    found = series.dates_of(pattern, Plan(rhythm.going_to(begins), until))
    return [each for each in found if each.starts_at > max(clock.now(), last.starts_at)]
