"""The one clock. Verbs and views ask it, so that a test can stop it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Brussels")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as the village's wall clock shows it."""
    return moment.astimezone(ZONE)


def today() -> date:
    """The village's day, which begins an hour or two before UTC's."""
    return local(now()).date()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of the village's wall clock on `day`, in UTC.

    An hour that occurs twice (the night to winter time) is the first; one that is skipped
    (to summer time) is read with the offset before the change, as PEP 495 says for fold=0.
    """
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def keep_local_hour(moment: datetime, days: int) -> datetime:
    """`moment` moved by whole days with the same hour on the wall, over clock changes too."""
    shown = local(moment)
    return at((shown + timedelta(days=days)).date(), shown.hour, shown.minute)
