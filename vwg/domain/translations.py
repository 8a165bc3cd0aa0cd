"""Activities' words and reasons in other languages, and checked phrases that travel to other groups."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock, phrases
from vwg.db import db
from vwg.domain import calendar, errors, notices, phrasebook
from vwg.models import (
    DateState,
    Event,
    EventDate,
    EventText,
    NoticeChannel,
    Phrase,
    ReasonText,
    Role,
    Stage,
    TextWish,
    Translator,
    User,
    UserRole,
    Visibility,
)
from vwg.phrases import N_

LONGEST_TITLE = 90  # as the Dutch one
LONGEST_TEXT = 5000
LONGEST_NAME = 60
FIELDS = ("title", "text", "bring")
FILE_KIND = "vwg phrases"


class NotTranslatable(errors.RuleBroken):
    sentence = N_("There is nothing to translate here.")


class TranslatorNameMissing(errors.RuleBroken):
    sentence = N_("Give a name, so that the others know who it is.")
    field = "name"


class NotAPhraseFile(errors.RuleBroken):
    sentence = N_("This is not a file of phrases from another group.")
    field = "file"


class State(StrEnum):
    """How a translation stands beside the Dutch."""

    MISSING = "missing"
    STALE = "stale"
    DRAFT = "draft"
    FRESH = "fresh"


_FIRST = list(State)  # what needs somebody stands first


@dataclass(frozen=True)
class Work:
    """One activity on a translator's list; `wished_by`: the volunteer who asked for it."""

    event: Event
    state: State
    said: EventText | None
    wish: TextWish | None


@dataclass(frozen=True)
class Piece:
    """A part of the Dutch: `mark` is "", "new" or "gone" since it was translated."""

    mark: str
    text: str


# ---- words of activities


def scope() -> "Select[Event]":
    """What a translator may read: online, or ready for it, with a date to come, and not only for ourselves."""
    ahead = Event.dates.any(EventDate.ends_at > clock.now())
    return select(Event).where(Event.stage.in_([Stage.READY, Stage.PUBLISHED]), Event.visibility != Visibility.INTERNAL, ahead)


def work(language: str) -> list[Work]:
    """Everything to come in that language: what was asked for first, then missing, stale, draft, up to date."""
    wishes = {wish.event_id: wish for wish in db.session.scalars(select(TextWish).where(TextWish.language == language).options(joinedload(TextWish.asked_by)))}
    events = db.session.scalars(scope().options(selectinload(Event.texts), selectinload(Event.dates))).unique().all()
    found = [Work(event, state(event, language), event.text_in(language), wishes.get(event.id)) for event in events]
    return sorted(found, key=lambda each: (each.wish is None, _FIRST.index(each.state), each.event.dates[0].starts_at))


def state(event: Event, language: str) -> State:
    said, dutch = event.text_in(language), event.text_in(phrases.SOURCE)
    if said is None or not said.title:
        return State.MISSING
    if said.state == "draft":
        return State.DRAFT
    return State.STALE if dutch is not None and said.source_version != dutch.version else State.FRESH


def difference(event: Event, language: str) -> dict[str, list[Piece]]:
    """The Dutch of today, field by field, with what is new or gone since it was translated marked.

    Unmarked where nothing changed, or where we do not know what it said then.
    """
    dutch, said = event.text_in(phrases.SOURCE), event.text_in(language)
    before = said.source if said is not None else {}
    return {name: compared(before.get(name), getattr(dutch, name, "")) for name in FIELDS}


def compared(before: str | None, now: str) -> list[Piece]:
    """Word by word."""
    if before is None or before == now:
        return [Piece("", now)] if now else []
    old, new = _words(before), _words(now)
    pieces = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what in {"replace", "delete"}:
            pieces.append(Piece("gone", "".join(old[a:b])))
        if what in {"replace", "insert"}:
            pieces.append(Piece("new", "".join(new[c:d])))
        if what == "equal":
            pieces.append(Piece("", "".join(new[c:d])))
    return pieces


def write(event: Event, language: str, said: dict[str, str], dutch_version: int, *, is_done: bool = True, by_machine: bool = False) -> EventText:
    """Keep title, text and bring in that language; the activity must be locked.

    `dutch_version` is of the Dutch that stood beside it: did that change meanwhile, it is stale at once.
    A draft is shown to nobody. Raises NotTranslatable, NoTitle, WordsTooLong.
    """
    dutch = event.text_in(phrases.SOURCE)
    if language == phrases.SOURCE or language not in phrases.KNOWN or dutch is None:
        raise NotTranslatable
    given = {name: said.get(name, "").strip() for name in FIELDS}
    if not given["title"]:
        raise errors.NoTitle
    if len(given["title"]) > LONGEST_TITLE or max(map(len, given.values())) > LONGEST_TEXT:
        raise errors.WordsTooLong
    text = event.text_in(language)
    if text is None:
        text = EventText(language=language, title="", version=0)
        event.texts.append(text)
    text.title, text.text, text.bring = given["title"], given["text"], given["bring"]
    text.state = "draft" if not is_done else "unchecked" if by_machine else "checked"
    text.made_by = "machine" if by_machine else "human"
    text.version += 1
    text.source_version = dutch_version
    if dutch_version == dutch.version:
        text.source = {name: getattr(dutch, name) for name in FIELDS}
    elif dutch.earlier.get("version") == dutch_version:
        text.source = {name: dutch.earlier[name] for name in FIELDS}
    if is_done:
        for wish in db.session.scalars(select(TextWish).where(TextWish.event_id == event.id, TextWish.language == language)):
            notices.drop_subject("text_wish", wish.id)
            db.session.delete(wish)
    db.session.flush()
    calendar.changed(event)
    return text


@dataclass(frozen=True)
class Asked:
    """How many hear by mail that they are asked, and how many by whoever asked."""

    by_mail: int
    by_mouth: int


def ask(event: Event, language: str, by: User) -> Asked:
    """A volunteer asks for a translation, and whoever translates that language hears it: by mail, or
    from whoever asked. Asked twice it is one, and told once. Raises NotTranslatable.
    """
    if language == phrases.SOURCE or language not in phrases.KNOWN:
        raise NotTranslatable
    wish = db.session.scalars(select(TextWish).where(TextWish.event_id == event.id, TextWish.language == language)).first()
    if wish is None:
        wish = TextWish(event_id=event.id, language=language, asked_by_id=by.id)
        db.session.add(wish)
        db.session.flush()
    told = [notices.ask_translator(wish, each, by) for each in translators() if each.language == language]
    told += [notices.ask_speaker(wish, user) for user in speakers(language) if user.id != by.id]
    return Asked(sum(notice.channel == NoticeChannel.MAIL for notice in told), sum(notice.channel == NoticeChannel.CALL for notice in told))


def wished(event: Event) -> set[str]:
    """Languages that somebody asked for and nobody wrote yet."""
    return set(db.session.scalars(select(TextWish.language).where(TextWish.event_id == event.id)))


# ---- why a date does not go on


def reasons() -> Sequence[EventDate]:
    """Dates to come with a reason; one for each activity and sentence."""
    dates = db.session.scalars(
        select(EventDate)
        .join(EventDate.event)
        .where(EventDate.state != DateState.ON, EventDate.reason != "", EventDate.ends_at > clock.now(), Event.visibility != Visibility.INTERNAL)
        .order_by(EventDate.starts_at)
        .options(selectinload(EventDate.reasons), joinedload(EventDate.event).selectinload(Event.texts))
    ).all()
    return list({(date.event_id, date.reason): date for date in reversed(dates)}.values())[::-1]


def write_reason(date: EventDate, language: str, text: str) -> None:
    """The reason in that language, for all dates of the activity that have the same; empty takes it away.

    The activity must be locked. Raises NotTranslatable, WordsTooLong.
    """
    if language == phrases.SOURCE or language not in phrases.KNOWN or not date.reason:
        raise NotTranslatable
    if len(text.strip()) > LONGEST_TEXT:
        raise errors.WordsTooLong
    same = [each for each in date.event.dates if each.reason == date.reason and each.state != DateState.ON]
    for each in same:
        there = next((said for said in each.reasons if said.language == language), None)
        if not text.strip():
            each.reasons = [said for said in each.reasons if said.language != language]
        elif there is not None:
            there.text = text.strip()
        else:
            each.reasons.append(ReasonText(language=language, text=text.strip()))
    db.session.flush()
    calendar.changed(date.event, same)


# ---- who translates, signed in or by a link


def speakers(language: str) -> Sequence[User]:
    """Volunteers with an address whose work it is to translate that language."""
    is_translator = exists().where(UserRole.user_id == User.id, UserRole.role == Role.TRANSLATOR)
    found = db.session.scalars(select(User).where(User.ended_at.is_(None), User.email != "", is_translator).order_by(User.id))
    return [user for user in found if language in {user.language, *user.languages}]


def translators() -> Sequence[Translator]:
    return db.session.scalars(select(Translator).order_by(Translator.language, Translator.created_at, Translator.id)).all()


def invite(name: str, language: str, by: User, email: str = "", phone: str = "") -> Translator:
    """Somebody gets a link for one language, and with an address or a telephone (E.164) hears what is
    asked. Raises TranslatorNameMissing, NotTranslatable."""
    if not name.strip() or len(name.strip()) > LONGEST_NAME:
        raise TranslatorNameMissing
    if language in phrasebook.BORN_HERE[:1] or language not in phrases.KNOWN:
        raise NotTranslatable
    translator = Translator(name=name.strip(), language=language, email=email, phone=phone, made_by=by)
    db.session.add(translator)
    db.session.flush()
    return translator


def end(translator: Translator) -> None:
    """The link opens nothing any more."""
    notices.drop_for("translator", translator.id)
    db.session.delete(translator)
    db.session.flush()


# ---- checked phrases, from group to group


def packed() -> dict[str, Any]:
    """All phrases that speakers signed off here, as one file for another group. Names nobody."""
    languages: dict[str, list[dict[str, Any]]] = {}
    for row in db.session.scalars(select(Phrase).order_by(Phrase.language, Phrase.message)):
        languages.setdefault(row.language, []).append({"phrase": row.message, "forms": row.forms, "seen": row.seen})
    return {"kind": FILE_KIND, "version": 1, "languages": languages}


def unpack(given: Any, by: User) -> int:
    """Take over what another group's speakers signed off; how many phrases.

    Only phrases that this house says with the very same words, and that nobody signed off here yet.
    Raises NotAPhraseFile.
    """
    languages = given.get("languages") if isinstance(given, dict) and given.get("kind") == FILE_KIND else None
    if not isinstance(languages, dict):
        raise NotAPhraseFile
    taken = 0
    for language, lines in languages.items():
        if language not in phrases.KNOWN or language in phrasebook.BORN_HERE or not isinstance(lines, list):
            continue
        open_here = {line.entry.key: line for line in phrasebook.lines(language, only_open=True)}
        signed: dict[str, list[str]] = {}
        for line in lines:
            if not isinstance(line, dict):
                continue
            here = open_here.get(str(line.get("phrase")))
            forms: list[Any] = line["forms"] if isinstance(line.get("forms"), list) else []
            if here is None or list(here.entry.forms) != line.get("seen") or not _are_texts(forms, len(here.entry.forms)):
                continue
            if phrasebook.keeps_places(here.entry, forms):
                signed[here.entry.key] = forms
        if signed:
            phrasebook.sign_off_all(language, signed, by)
        taken += len(signed)
    return taken


# ---- inside


def _are_texts(given: list[Any], number: int) -> bool:
    return len(given) == number and all(isinstance(each, str) and 0 < len(each) <= LONGEST_TEXT for each in given)


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
