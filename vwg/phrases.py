"""Languages without Flask: catalogues, dates and numbers, for pages, mails and posters alike.

Two catalogues: `public` is what a newcomer or a partner meets, in every language; `desk` is the
volunteers' own, in Dutch and English. English is in the code, so a phrase that a language lacks
is said in English and never as a key.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_skeleton, format_timedelta, get_day_names, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import NullTranslations, Translations

from vwg import clock

FOLDER = Path(__file__).parent / "translations"
DOMAINS = ("public", "desk")
SOURCE = "nl"  # the language in which volunteers write
OF_DESK = ("nl", "en")  # the languages of the `desk` catalogue


@dataclass(frozen=True)
class Language:
    """A language people may choose. `code` stands in addresses, `tag` in lang= (BCP 47)."""

    code: str
    own_name: str
    direction: str = "ltr"
    babel: str = ""
    comma: str = ", "

    @property
    def tag(self) -> str:
        return self.code

    @property
    def locale(self) -> Locale:
        return Locale.parse(self.babel or self.code)


KNOWN = {
    language.code: language
    for language in (
        Language("nl", "Nederlands", babel="nl_BE"),
        Language("en", "English", babel="en_GB"),
        Language("fr", "Français", babel="fr_BE"),
        Language("ar", "العربية", "rtl", babel="ar_SY", comma="، "),
        Language("uk", "Українська"),
        Language("ti", "ትግርኛ", comma="፣ "),
        Language("fa-AF", "دری", "rtl", babel="fa_AF", comma="، "),  # Babel has no prs
        Language("ps", "پښتو", "rtl", comma="، "),
        Language("tr", "Türkçe"),
        Language("ru", "Русский"),
        Language("so", "Soomaali"),
        Language("es", "Español"),
    )
}

UNCHECKED = "unchecked"  # a flag of a .po entry: no speaker read this machine-made text yet
NEWCOMER = "newcomer"  # likewise: a newcomer meets this phrase

_speaking: ContextVar[str] = ContextVar("speaking", default=SOURCE)


def N_(message: str) -> str:
    """Mark a phrase that is said later, in somebody's language."""
    return message


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Say everything inside in this language; an unknown one is Dutch."""
    before = _speaking.set(code if code in KNOWN else SOURCE)
    try:
        yield
    finally:
        _speaking.reset(before)


def speak(code: str) -> None:
    """From here on this thread's page is in that language."""
    _speaking.set(code if code in KNOWN else SOURCE)


def language() -> Language:
    return KNOWN[_speaking.get()]


def listed(words: Iterable[str]) -> str:
    """`a, b` with the comma of the language spoken now."""
    return KNOWN[_speaking.get()].comma.join(words)


def gettext(message: str) -> str:
    return str(_catalogue(_speaking.get()).gettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    return str(_catalogue(_speaking.get()).ngettext(singular, plural, number))


def pgettext(context: str, message: str) -> str:
    return str(_catalogue(_speaking.get()).pgettext(context, message))


def npgettext(context: str, singular: str, plural: str, number: int) -> str:
    return str(_catalogue(_speaking.get()).npgettext(context, singular, plural, number))


@dataclass(frozen=True)
class Entry:
    """A phrase as a catalogue has it. `key` is gettext's: the English text, its context before it."""

    key: str
    english: str
    forms: tuple[str, ...]
    for_newcomers: bool
    unchecked: bool


@cache
def entries(code: str) -> tuple[Entry, ...]:
    """The public phrases of a language, as its file has them."""
    if code == "en":
        return ()
    return tuple(
        Entry(
            key_of(message.id, message.context),
            message.id if isinstance(message.id, str) else message.id[1],
            (message.string,) if isinstance(message.string, str) else tuple(message.string or ()),
            NEWCOMER in message.flags,
            UNCHECKED in message.flags,
        )
        for message in _read("public", code) or ()
        if message.id
    )


def public_catalogue(code: str) -> Catalog:
    """The public phrases of a language as its file has them now; empty where there is none."""
    return _read("public", code) or Catalog(locale=KNOWN[code].locale, domain="public")


def as_po(catalogue: Catalog) -> bytes:
    """As a .po file, in the order and with the head of the files beside the code."""
    made = BytesIO()
    write_po(made, catalogue, width=100, sort_output=True, no_location=True)
    return made.getvalue()


def key_of(message: str | tuple[str, ...] | list[str], context: str | None = None) -> str:
    """gettext's own key in a compiled catalogue."""
    first = message if isinstance(message, str) else message[0]
    return f"{context}\x04{first}" if context else first


def folded(text: str) -> str:
    """Without accents and capitals: what one searches in and with, the same on both engines.
    `Café` and `cafe`, `أكل` and `اكل` are the same."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def places(text: str) -> set[str]:
    """What is filled in: `%(name)s` and its like."""
    return set(re.findall(r"%\(\w+\)s", text))


def with_blanks(text: str) -> str:
    """`{name}` for `%(name)s`: what a speaker reads, because brackets turn round with the writing and `%` and `s` do not."""
    return re.sub(r"%\((\w+)\)s", r"{\1}", text)


def with_places(text: str) -> str:
    """The way back, from what a speaker wrote."""
    return re.sub(r"\{(\w+)\}", r"%(\1)s", text)


_better: dict[str, dict[str, tuple[str, ...]]] = {}


def say_better(better: dict[str, dict[str, tuple[str, ...]]]) -> None:
    """Use these texts instead of the catalogues': language → key → forms. For this process."""
    _better.clear()
    _better.update(better)
    _catalogue.cache_clear()
    said_better.cache_clear()


@cache
def said_better(code: str) -> str:
    """A mark of what this process says otherwise than a language's catalogue; empty is nothing."""
    forms = _better.get(code)
    return hashlib.sha256(repr(sorted(forms.items())).encode()).hexdigest()[:10] if forms else ""


@cache
def _catalogue(code: str) -> NullTranslations:
    """Both domains of one language, compiled from the .po files when first asked for."""
    merged: NullTranslations = NullTranslations()
    for domain in reversed(DOMAINS):  # what is merged last wins: a phrase that both say is public
        catalogue = _read(domain, code)
        if catalogue is None:
            continue
        for message in catalogue:
            forms = _better.get(code, {}).get(key_of(message.id, message.context)) if message.id else None
            if forms:
                message.string = forms[0] if isinstance(message.id, str) else forms
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations = Translations(compiled, domain=domain)
        if isinstance(merged, Translations):
            merged.merge(translations)
        else:
            merged = translations
    return merged


def _read(domain: str, code: str) -> Catalog | None:
    path = FOLDER / code.replace("-", "_") / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=KNOWN[code].locale, domain=domain)


# ---- dates: weekday in words, 24-hour clock, digits 0-9, in the group's zone -------------------

# As publiq's calendar-summary library prints them; elsewhere day and month stand in digits.
_MONTH_IN_WORDS = {"nl", "fr", "en"}


def when(starts_at: datetime, ends_at: datetime, all_day: bool = False) -> str:
    """`Zaterdag 21 maart 2026 van 19:30 tot 22:00`; over midnight both days are said."""
    starts, ends = clock.local(starts_at), clock.local(ends_at)
    if all_day:
        return day(starts.date())
    if _is_one_day(starts, ends):
        return _from_till(day(starts.date()), hour(starts_at), hour(ends_at))
    return f"{day(starts.date())} {hour(starts_at)} – {day(ends.date())} {hour(ends_at)}"


def hours(starts_at: datetime, ends_at: datetime, all_day: bool = False) -> str:
    """`19:30 – 22:00`, for a list under its day; `19:30 – zo 22/3 16:00`; nothing for a whole day."""
    if all_day:
        return ""
    starts, ends = clock.local(starts_at), clock.local(ends_at)
    till = hour(ends_at) if _is_one_day(starts, ends) else f"{short_day(ends.date())} {hour(ends_at)}"
    return f"{hour(starts_at)} – {till}" if language().direction == "ltr" else _from_till("", hour(starts_at), till)


def _is_one_day(starts: datetime, ends: datetime) -> bool:
    """What ends in the night still belongs to its evening."""
    return ends.date() == starts.date() or (ends.hour < 6 and (ends.date() - starts.date()).days == 1)


def _from_till(day: str, start: str, end: str) -> str:
    """In words: a dash between hours turns round in a line from right to left."""
    said = gettext(N_("%(day)s from %(start)s till %(end)s")) % {"day": day, "start": start, "end": end}
    return said.strip()


def day(given: date) -> str:
    """`Zaterdag 21 maart 2026`; `السبت 21/3/2026`."""
    if language().code in _MONTH_IN_WORDS:
        said = f"{weekday(given)} {given.day} {month(given)} {given.year}"
    else:
        said = f"{weekday(given)} {given.day}/{given.month}/{given.year}"
    return said[:1].upper() + said[1:]


def short_day(given: date) -> str:
    """`za 21/3`: for lists, subjects and buttons."""
    return f"{weekday(given, 'abbreviated')} {given.day}/{given.month}"


def hour(moment: datetime) -> str:
    """`14:00`, on the village's wall clock."""
    return clock.local(moment).strftime("%H:%M")


def ago(moment: datetime) -> str:
    """`2 weeks ago`."""
    return str(format_timedelta(moment - clock.now(), add_direction=True, locale=language().locale))


def weekday(given: date, width: Literal["abbreviated", "short", "wide"] = "wide") -> str:
    return str(get_day_names(width, locale=language().locale)[given.weekday()])


def month(given: date) -> str:
    return str(get_month_names("wide", locale=language().locale)[given.month])


def month_and_year(given: date) -> str:
    """`Maart 2026`: it stands alone, as a heading or on a button."""
    said = str(format_skeleton("yMMMM", datetime(given.year, given.month, 1), locale=language().locale))
    return said[:1].upper() + said[1:]
