"""Speakers read the machine-made phrases, and sign them off or say them better.

A language is public when all that a newcomer meets in it is signed off; before that it answers
by link, marked as a try-out. In the demo all languages are open.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.messages.catalog import Catalog
from sqlalchemy import select

from vwg import clock, facts, phrases
from vwg.db import db
from vwg.domain import calendar, errors, settings
from vwg.models import Phrase, PhraseClip, User

BORN_HERE = ("nl", "en")  # written by the makers, not by a machine


class PlacesLost(errors.RuleBroken):
    sentence = phrases.N_("Keep what stands between { and } as it is: %(places)s.")
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


def sign_off(language: str, key: str, forms: Sequence[str], by: User | None) -> None:
    """A speaker says that this is right, or how to say it; `by` None: somebody with a translator's link.

    Raises PlacesLost, LookupError.
    """
    sign_off_all(language, {key: forms}, by)


def sign_off_all(language: str, signed: Mapping[str, Sequence[str]], by: User | None) -> None:
    """The same of many phrases in one go: key → forms. All of them or none."""
    entries = {entry.key: entry for entry in phrases.entries(language)}
    rows = {row.message: row for row in db.session.scalars(select(Phrase).where(Phrase.language == language))}
    for key, forms in signed.items():
        entry = entries.get(key)
        if entry is None or len(forms) != len(entry.forms):
            raise LookupError(key)
        said = [form.strip() or before for form, before in zip(forms, entry.forms, strict=True)]
        if not keeps_places(entry, said):
            raise PlacesLost(places=phrases.with_blanks(", ".join(sorted(phrases.places(entry.english)))))
        row = rows.get(key) or Phrase(language=language, message=key)
        row.forms, row.seen, row.by, row.at = said, list(entry.forms), by, clock.now()
        db.session.add(row)
    db.session.flush()
    settings.change(phrases_read=settings.group().phrases_read + 1)
    calendar.reworded()


def keeps_places(entry: phrases.Entry, said: Sequence[str]) -> bool:
    """Whether all that is filled in stands in each form too, as it was or as in English."""
    wanted = phrases.places(entry.english)
    return all(phrases.places(form) in (phrases.places(before), wanted) for form, before in zip(said, entry.forms, strict=True))


# ---- read by a speaker's own voice, where no browser has one

LARGEST_CLIP = 200 * 1024  # bytes
_BEGINNINGS = {"audio/webm": (0, b"\x1a\x45\xdf\xa3"), "audio/ogg": (0, b"OggS"), "audio/mp4": (4, b"ftyp")}


class NotAClip(errors.RuleBroken):
    sentence = phrases.N_("This is not a recording that a telephone can play. Record it here, or choose another file.")
    field = "clip"


class ClipTooLarge(errors.RuleBroken):
    sentence = phrases.N_("This recording is too long. A few seconds are enough.")
    field = "clip"


def record(language: str, message: str, content: bytes, by: User) -> PhraseClip:
    """Keep a speaker's voice for one phrase of the fact card; a newer one takes the place of the older.

    Raises ClipTooLarge, NotAClip, LookupError.
    """
    if message not in facts.phrases_said():
        raise LookupError(message)
    if len(content) > LARGEST_CLIP:
        raise ClipTooLarge
    kind = next((kind for kind, (at, sign) in _BEGINNINGS.items() if content[at : at + len(sign)] == sign), None)
    if kind is None:
        raise NotAClip
    clip = clip_of(language, message)
    if clip is None:
        clip = PhraseClip(language=language, message=message)
        db.session.add(clip)
    clip.kind, clip.content, clip.by, clip.at = kind, content, by, clock.now()
    clip.mark = hashlib.sha256(f"{language} {message} ".encode() + content).hexdigest()[:20]
    db.session.flush()
    settings.change(phrases_read=settings.group().phrases_read + 1)
    return clip


def unrecord(clip: PhraseClip) -> None:
    """A speaker takes the voice away again."""
    db.session.delete(clip)
    db.session.flush()
    settings.change(phrases_read=settings.group().phrases_read + 1)


def clip_of(language: str, message: str) -> PhraseClip | None:
    return db.session.scalars(select(PhraseClip).where(PhraseClip.language == language, PhraseClip.message == message)).first()


def recorded(language: str) -> dict[str, str]:
    """The phrases of that language that somebody said, with the mark of the clip, as this process last saw it."""
    return {message: mark for (code, message), mark in _seen_by_process.get("clips", {}).items() if code == language}


# ---- what speakers did, back into the files of the makers


def signed_catalogue(language: str) -> Catalog:
    """The language's public catalogue with what speakers signed off: their texts, and no mark `unchecked`."""
    catalogue = phrases.public_catalogue(language)
    stands = {line.entry.key: line for line in lines(language) if line.checked is not None}
    for message in catalogue:
        line = stands.get(phrases.key_of(message.id, message.context)) if message.id else None
        if line is not None:
            message.string = line.forms[0] if isinstance(message.id, str) else tuple(line.forms)
            message.flags.discard(phrases.UNCHECKED)
    return catalogue


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
    """Whether this English phrase is said there, and a speaker signed it off (or nobody needs to)."""
    return language in BORN_HERE or phrases.key_of(message) in _read_keys(language)


def is_public(language: str) -> bool:
    """Whether strangers are offered this language: all that a newcomer meets is there and signed off."""
    if language in BORN_HERE or settings.group().is_demo:
        return True
    known: dict[str, bool] = _seen_by_process.setdefault("public", {})
    if language not in known:
        met = [entry for entry in phrases.entries(language) if entry.for_newcomers]
        known[language] = bool(met) and all(entry.key in _read_keys(language) for entry in met)
    return known[language]


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
    said = select(PhraseClip.language, PhraseClip.message, PhraseClip.mark)
    clips = {(language, message): mark for language, message, mark in db.session.execute(said)}
    phrases.say_better(better)
    _seen_by_process.clear()
    _seen_by_process.update(state=state, stands=stands, clips=clips)


def times_read() -> int:
    """The state of speakers' work (`phrases_read`) that this process knows."""
    return int(_seen_by_process.get("state", 0))


def forget() -> None:
    """Read everything again at the next `refresh`."""
    phrases.say_better({})
    _seen_by_process.clear()


_seen_by_process: dict[str, Any] = {}


def _read_keys(language: str) -> frozenset[str]:
    """Keys that are translated and wait for no speaker, as this process last saw it (`refresh`)."""
    known: dict[str, frozenset[str]] = _seen_by_process.setdefault("read", {})
    if language not in known:
        signed = _seen_by_process.get("stands", {}).get(language, set())
        said = (entry for entry in phrases.entries(language) if all(entry.forms) and (not entry.unchecked or entry.key in signed))
        known[language] = frozenset(entry.key for entry in said)
    return known[language]
