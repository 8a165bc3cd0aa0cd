"""What calendar programs see moves with the change it tells of, in the same transaction."""

from collections.abc import Iterable

from vwg import clock
from vwg.db import db
from vwg.models import Event, EventDate, Stage


def changed(event: Event, dates: Iterable[EventDate] | None = None) -> None:
    """Something that a calendar shows has changed: of these dates, or (None) of the whole activity.

    SEQUENCE + 1 and LAST-MODIFIED = now, as Google and ICSx5 need for every change.
    """
    if event.stage != Stage.PUBLISHED:
        return
    now = clock.now()
    for date in event.dates if dates is None else dates:
        date.sequence += 1
        date.changed_at = now
        if date.series is not None:
            date.series.changed_at = now
    for series in event.series:
        series.sequence += 1
    db.session.flush()


def sequence_of(event: Event) -> int:
    """A number that grows with each published change of the activity."""
    return sum(date.sequence for date in event.dates)
