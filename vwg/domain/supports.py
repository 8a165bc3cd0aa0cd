"""What would help somebody come: company, a lift, an interpreter, other food.

Only what this activity can give is asked, and each thing by a tick of its own. Who runs the
kitchen, looks after the children or interprets sees how many, never who: `totals` is all that
leaves the host's own list.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from vwg import facts, phrases
from vwg.db import db
from vwg.domain import errors, needs
from vwg.models import Event, EventDate, Need, NeedKind, Rsvp, RsvpStatus, RsvpSupport
from vwg.phrases import N_, gettext

INTERPRETER = "interpreter"
FOOD = ("vegetarian", "vegan", "halal", "no_pork", "no_fish", "no_nuts", "no_gluten")
NEEDS_DUTCH = 2  # from this level of Dutch on an interpreter makes a difference


@dataclass(frozen=True)
class Kind:
    """`title` is what one ticks, `why` the one line that says what for. `counts` says whom it is
    for: "one" of the party, its "children" up to 11, or "all"."""

    key: str
    icon: str
    title: str
    why: str
    counts: str = "one"


KINDS: tuple[Kind, ...] = (
    Kind("company", "users", N_("Somebody who comes with me"), N_("So that a volunteer comes to fetch you, or waits for you at the door.")),
    Kind("lift", "car", N_("A lift"), N_("So that we look for a car with enough seats."), "all"),
    Kind("child_seat", "baby-carriage", N_("A child seat in the car"), N_("So that the children ride safely."), "children"),
    Kind(INTERPRETER, "messages", N_("An interpreter"), N_("So that somebody is there who speaks your language.")),
    Kind("childcare", "baby-carriage", N_("Somebody to look after the children"), N_("So that there are enough hands for the children."), "children"),
    *(Kind(key, "bowl", facts.BY_KEY["food"].words[key], N_("So that there is something for you to eat."), "all") for key in FOOD),
    Kind("wheelchair", "wheelchair", N_("Room for a wheelchair"), N_("So that we keep a good place free.")),
)  # fmt: skip

BY_KEY = {kind.key: kind for kind in KINDS}


def offered(event: Event) -> list[Kind]:
    """What this activity can give, company first."""
    said = event.facts
    given = {key for key in ("company", "lift", "childcare", "wheelchair") if said.get(key)}
    if "lift" in given:
        given.add("child_seat")
    if said.get(INTERPRETER) or event.dutch_level >= NEEDS_DUTCH:
        given.add(INTERPRETER)
    if set(said.get("food", ())) - {"drink", "no_alcohol"}:
        given.update(FOOD)
    return [kind for kind in KINDS if kind.key in given]


def ask(rsvp: Rsvp, wanted: Collection[str], language: str = "") -> None:
    """They would like these, and no others; the date must be locked. `language` is the
    interpreter's, else their own.

    An interpreter that is not there yet becomes an open need of the date. Raises HelpNotGiven.
    """
    if not set(wanted) <= {kind.key for kind in offered(rsvp.date.event)}:
        raise errors.HelpNotGiven
    before = _languages(rsvp)
    rsvp.supports = [
        RsvpSupport(kind=kind.key, amount=amount(rsvp, kind), language=(language or rsvp.language) if kind.key == INTERPRETER else "")
        for kind in KINDS
        if kind.key in wanted
    ]
    db.session.flush()
    look_for_interpreters(rsvp.date, before | _languages(rsvp))


def amount(rsvp: Rsvp, kind: Kind) -> int:
    """For how many of the party: at least one."""
    if kind.counts == "all":
        return rsvp.people
    if kind.counts == "children":
        return max(rsvp.band_0_2 + rsvp.band_3_5 + rsvp.band_6_11, 1)
    return 1


def follow(rsvp: Rsvp) -> None:
    """The party became larger or smaller, and with it what it would like."""
    for support in rsvp.supports:
        if support.kind in BY_KEY:
            support.amount = amount(rsvp, BY_KEY[support.kind])


def no_longer(rsvp: Rsvp) -> None:
    """They do not come: an interpreter that was looked for only for them is needed no more."""
    look_for_interpreters(rsvp.date, _languages(rsvp))


@dataclass(frozen=True)
class Total:
    """`number` of people, of one kind, on one date. An interpreter's by language."""

    kind: Kind
    number: int
    language: str = ""

    @property
    def title(self) -> str:
        """In the language spoken now: `An interpreter: العربية`."""
        said = gettext(self.kind.title)
        return f"{said}: {phrases.KNOWN[self.language].own_name}" if self.language in phrases.KNOWN else said


def totals(dates: Iterable[EventDate]) -> dict[int, list[Total]]:
    """How much of what is wanted, by date id, in one query: of parties that come, or may still."""
    dates = list(dates)
    counted: dict[int, Counter[tuple[str, str]]] = {date.id: Counter() for date in dates}
    rows = db.session.execute(
        select(Rsvp.date_id, RsvpSupport.kind, RsvpSupport.language, RsvpSupport.amount)
        .join(Rsvp, RsvpSupport.rsvp_id == Rsvp.id)
        .where(Rsvp.date_id.in_(counted), Rsvp.status.in_([RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM]))
    )
    for date_id, kind, language, number in rows:
        counted[date_id][kind, language] += number
    order = [kind.key for kind in KINDS]
    return {
        date_id: [
            Total(BY_KEY[kind], number, language)
            for (kind, language), number in sorted(found.items(), key=lambda each: (order.index(each[0][0]), each[0][1]))
        ]
        for date_id, found in counted.items()
    }


def look_for_interpreters(date: EventDate, languages: Iterable[str]) -> None:
    """An open need for each language that somebody of this date asks an interpreter for and nobody
    of the activity speaks; it closes when nobody asks any more. It says a language, never who."""
    languages = set(languages)
    if not languages:
        return
    spoken = set(date.event.facts.get(INTERPRETER, ()))
    wanted = set(
        db.session.scalars(
            select(RsvpSupport.language)
            .join(Rsvp, RsvpSupport.rsvp_id == Rsvp.id)
            .where(Rsvp.date_id == date.id, RsvpSupport.kind == INTERPRETER, Rsvp.status != RsvpStatus.GIVEN_BACK)
        )
    )
    for language in sorted(languages - spoken - {phrases.SOURCE}):
        need = _need(date, language)
        if language in wanted and need is None:
            with phrases.speaking(phrases.SOURCE):
                need = needs.add(date.event, gettext(N_("Interpreter")) + " " + phrases.KNOWN[language].own_name, 1, NeedKind.SKILL)
            need.date, need.language = date, language
        elif language in wanted and need is not None and not need.pledges:
            needs.not_enough(need)
        elif language not in wanted and need is not None and not need.pledges:
            needs.enough(need)
    db.session.flush()


def interpreter_languages() -> Sequence[phrases.Language]:
    """Whom one can ask for: every language but Dutch."""
    return [language for language in phrases.KNOWN.values() if language.code != phrases.SOURCE]


def _need(date: EventDate, language: str) -> Need | None:
    return next((need for need in date.event.needs if need.date_id == date.id and need.language == language), None)


def _languages(rsvp: Rsvp) -> set[str]:
    return {support.language for support in rsvp.supports if support.kind == INTERPRETER}
