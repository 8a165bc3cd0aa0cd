"""Speakers read the machine-made phrases, and sign them off or say them better.

A language is public when all that a newcomer meets in it is signed off; before that it answers
by link, marked as a try-out. In the demo all languages are open.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from vwg import clock, phrases
from vwg.db import db
from vwg.domain import calendar, errors, settings
from vwg.models import Phrase, User

BORN_HERE = ("nl", "en")  # written by the makers, not by a machine


class PlacesLost(errors.RuleBroken):
    sentence = phrases.N_("Keep the words between %% and s as they are: %(places)s.")
    field = "text"


@dataclass(frozen=True)
class Line:
    """A phrase on the list: what it says in English, in Dutch and there; whether somebody read it."""

    entry: phrases.Entry
    dutch: tuple[str, ...]
    forms: tuple[str, ...]
    checked: Phrase | None


def lines(language: str, only_open: bool = False) -> list[Line]:
    """The phrases of a language that need a speaker, those that newcomers meet first."""
    signed = {row.message: row for row in db.session.scalars(select(Phrase).where(Phrase.language == language))}
    dutch = {entry.key: entry.forms for entry in phrases.entries("nl")}
    found = []
    for entry in phrases.entries(language):
        row = signed.get(entry.key)
        stands = row if row is not None and tuple(row.seen) == entry.forms else None
        if not entry.unchecked or (only_open and stands is not None):
            continue
        forms = tuple(stands.forms) if stands is not None else entry.forms
        found.append(Line(entry, dutch.get(entry.key, ()), forms, stands))
    return sorted(found, key=lambda line: (not line.entry.for_newcomers, line.entry.english.lower()))


def sign_off(language: str, key: str, forms: Sequence[str], by: User) -> None:
    """A speaker says that this is right, or how to say it. Raises PlacesLost, LookupError."""
    entry = next((entry for entry in phrases.entries(language) if entry.key == key), None)
    if entry is None or len(forms) != len(entry.forms):
        raise LookupError(key)
    said = [form.strip() or before for form, before in zip(forms, entry.forms, strict=True)]
    _check_places(entry, said)
    row = db.session.scalars(select(Phrase).where(Phrase.language == language, Phrase.message == key)).first()
    if row is None:
        row = Phrase(language=language, message=key)
        db.session.add(row)
    row.forms, row.seen, row.by, row.at = said, list(entry.forms), by, clock.now()
    db.session.flush()
    settings.change(phrases_read=settings.group().phrases_read + 1)
    calendar.reworded()


@dataclass(frozen=True)
class Progress:
    """How far a language is: phrases that newcomers meet, and all that a machine made."""

    newcomer_open: int
    open: int
    all: int


def progress(language: str) -> Progress:
    """Counted from the rows, not from what this process remembers."""
    found = lines(language)
    waiting = [line for line in found if line.checked is None]
    return Progress(sum(line.entry.for_newcomers for line in waiting), len(waiting), len(found))


def is_checked(language: str, message: str) -> bool:
    """Whether a speaker signed off this English phrase, or nobody needs to."""
    key = phrases.key_of(message)
    return language in BORN_HERE or key not in _open_keys(language)


def is_public(language: str) -> bool:
    """Whether strangers are offered this language."""
    if language in BORN_HERE or settings.group().is_demo:
        return True
    return not any(entry.for_newcomers for entry in phrases.entries(language) if entry.key in _open_keys(language))


def refresh() -> None:
    """Let this process say what speakers said better, when somebody did so since the last time."""
    state = settings.group().phrases_read
    if state == _seen_by_process.get("state"):
        return
    better: dict[str, dict[str, tuple[str, ...]]] = {}
    stands: dict[str, set[str]] = {}
    for row in db.session.scalars(select(Phrase)):
        entry = next((entry for entry in phrases.entries(row.language) if entry.key == row.message), None)
        if entry is None or entry.forms != tuple(row.seen):
            continue
        stands.setdefault(row.language, set()).add(row.message)
        if entry.forms != tuple(row.forms):
            better.setdefault(row.language, {})[row.message] = tuple(row.forms)
    phrases.say_better(better)
    _seen_by_process.update(state=state, stands=stands)


def times_read() -> int:
    """The state of speakers' work (`phrases_read`) that this process knows."""
    known = _seen_by_process.get("state", 0)
    return known if isinstance(known, int) else 0


def forget() -> None:
    """Read everything again at the next `refresh`."""
    phrases.say_better({})
    _seen_by_process.clear()


_seen_by_process: dict[str, object] = {}


def _open_keys(language: str) -> set[str]:
    """Keys that still wait for a speaker, as this process last saw it (`refresh`)."""
    stands = _seen_by_process.get("stands", {})
    signed = stands.get(language, set()) if isinstance(stands, dict) else set()
    return {entry.key for entry in phrases.entries(language) if entry.unchecked} - signed


def _check_places(entry: phrases.Entry, said: Sequence[str]) -> None:
    wanted = phrases.places(entry.english)
    for form, before in zip(said, entry.forms, strict=True):
        if phrases.places(form) != phrases.places(before) and phrases.places(form) != wanted:
            raise PlacesLost(places=", ".join(sorted(wanted)))
