"""Days on which many people cannot come, or school and halls are closed.

Public holidays come from the `holidays` library. School holidays of the Flemish Community follow
from rules that have not changed since 1991. Feasts are a table, each row with its source.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays as library
from dateutil.easter import EASTER_ORTHODOX, easter

from vwg import phrases
from vwg.phrases import N_, gettext

MONDAY = 0
A_DAY = timedelta(days=1)
LONGEST_WAIT = 400  # days within which there is a holiday


class Kind(StrEnum):
    PUBLIC = "public"
    SCHOOL = "school"
    FEAST = "feast"


@dataclass(frozen=True)
class Span:
    """Days off, the last one too. `name` is an English phrase to be said in the page's language."""

    kind: Kind
    name: str
    first: date
    last: date

    @property
    def said(self) -> str:
        return gettext(self.name)


@dataclass(frozen=True)
class Feast:
    """`days(year)` gives each time it is in that year, first and last day."""

    name: str
    source: str
    days: Callable[[int], list[tuple[date, date]]]


def public(day: date) -> str:
    """The name of the public holiday in the page's language, or nothing (royal decree of 18 April 1974)."""
    spoken = {"nl": "nl", "fr": "fr", "uk": "uk"}.get(phrases.language().code, "en_US")
    return str(_belgium(day.year, spoken).get(day, ""))


def school(day: date) -> Span | None:
    """The Flemish school holiday that this day falls in."""
    return next((span for span in school_year(_school_year_of(day)) if span.first <= day <= span.last), None)


def feasts(day: date) -> list[Span]:
    """The main feasts of the people who come to us; a feast that follows the moon may be a day off."""
    return [
        Span(Kind.FEAST, feast.name, first, last)
        for feast in FEASTS
        for first, last in feast.days(day.year)
        if first <= day <= last
    ]


def next_school_holiday(after: date) -> Span:
    """The first that begins later than this day."""
    year = _school_year_of(after)
    spans = [span for each in (year, year + 1) for span in school_year(each)]
    return next(span for span in spans if span.first > after)


@cache
def school_year(year: int) -> tuple[Span, ...]:
    """The holidays of the school year that begins on 1 September of `year`, in order.

    Besluit van de Vlaamse Regering van 17 april 1991 tot organisatie van het schooljaar, articles
    on the division of the school year; onderwijs.vlaanderen.be prints what follows from them. A
    week's holiday lasts until its Sunday.
    """
    autumn = _monday_of(date(year, 11, 1)) if date(year, 11, 1).weekday() != 6 else date(year, 11, 2)
    christmas = date(year, 12, 25)
    winter = _monday_of(christmas) if christmas.weekday() < 5 else _monday_of(christmas) + 7 * A_DAY
    sunday = easter(year + 1)
    carnival = sunday + A_DAY - 49 * A_DAY
    spring = _spring(sunday)
    ascension = sunday + 39 * A_DAY
    return tuple(
        Span(Kind.SCHOOL, name, first, last)
        for name, first, last in (
            (N_("autumn holiday"), autumn, autumn + (6 - autumn.weekday()) * A_DAY),
            (N_("Christmas holiday"), winter, winter + 13 * A_DAY),
            (N_("spring half-term"), carnival, carnival + 6 * A_DAY),
            (N_("Easter holiday"), spring, max(spring + 13 * A_DAY, sunday + A_DAY if sunday > date(year + 1, 4, 15) else spring)),
            (N_("Ascension weekend"), ascension, ascension + 3 * A_DAY),
            (N_("summer holiday"), date(year + 1, 7, 1), date(year + 1, 8, 31)),
        )
    )


# ---- the table of feasts


def _moon(name: str) -> Callable[[int], list[tuple[date, date]]]:
    """Days with that name in the library's calendar of Turkey (Diyanet's, reckoned beforehand)."""

    def days(year: int) -> list[tuple[date, date]]:
        found = [day for day, said in sorted(_turkey(year).items()) if name in said]
        spans: list[tuple[date, date]] = []
        for day in found:
            if spans and spans[-1][1] + A_DAY == day:
                spans[-1] = (spans[-1][0], day)
            else:
                spans.append((day, day))
        return spans

    return days


def _ramadan(year: int) -> list[tuple[date, date]]:
    """The thirty days, or nearly, before each feast of breaking the fast."""
    feasts_of_year = [span for each in (year, year + 1) for span in _moon("Eid al-Fitr")(each)]
    return [(first - 30 * A_DAY, first - A_DAY) for first, _ in feasts_of_year if (first - 30 * A_DAY).year <= year]


def _fixed(month: int, day: int) -> Callable[[int], list[tuple[date, date]]]:
    return lambda year: [(date(year, month, day), date(year, month, day))]


def _orthodox_easter(year: int) -> list[tuple[date, date]]:
    sunday = easter(year, EASTER_ORTHODOX)
    return [(sunday - 2 * A_DAY, sunday + A_DAY)]


_DIYANET = "Diyanet's reckoned calendar, as the holidays library keeps it for Turkey"
FEASTS = (
    Feast(N_("Ramadan: many people fast by day"), _DIYANET, _ramadan),
    Feast(N_("Eid al-Fitr, the end of Ramadan"), _DIYANET, _moon("Eid al-Fitr")),
    Feast(N_("Eid al-Adha, the feast of sacrifice"), _DIYANET, _moon("Eid al-Adha")),
    Feast(N_("Orthodox Easter"), "the computus of the Julian calendar (dateutil.easter)", _orthodox_easter),
    Feast(N_("Orthodox Christmas"), "25 December of the Julian calendar; 29 Tahsas in Ethiopia and Eritrea", _fixed(1, 7)),
    Feast(N_("Timket, the Ethiopian and Eritrean Epiphany"), "11 Terr of the Ethiopian calendar", _fixed(1, 19)),
    Feast(N_("Nowruz, the Afghan and Persian new year"), "the spring equinox, 1 Hamal", _fixed(3, 21)),
)


# ---- inside


def _spring(sunday: date) -> date:
    """The Monday on which the Easter holiday begins."""
    april = date(sunday.year, 4, 1)
    if sunday < april:
        return sunday + A_DAY
    if sunday > date(sunday.year, 4, 15):
        return _monday_of(sunday) - 7 * A_DAY
    return april + (-april.weekday() % 7) * A_DAY


def _monday_of(day: date) -> date:
    return day - day.weekday() * A_DAY


def _school_year_of(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1


@cache
def _belgium(year: int, language: str) -> dict[date, str]:
    return dict(library.country_holidays("BE", years=year, language=language))


@cache
def _turkey(year: int) -> dict[date, str]:
    return dict(library.country_holidays("TR", years=year, language="en_US"))
