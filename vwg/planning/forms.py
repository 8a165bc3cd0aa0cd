"""What the volunteers' pages ask: one screen to post, closed lines for the rest, steps of a date."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

from flask import request
from wtforms import BooleanField, Field, FieldList, FormField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms import Form as Part

from vwg import clock, facts, phrases
from vwg.domain import places
from vwg.domain.dates import MOST_SEATS, Times
from vwg.domain.errors import ChangedMeanwhile, NoDates, NoEnd, RuleBroken, SeatsBelowTaken
from vwg.domain.events import LONGEST_TITLE
from vwg.domain.holidays import Kind
from vwg.domain.needs import MOST as MOST_NEEDED
from vwg.domain.rsvps import TooMany
from vwg.domain.series import MOST_WEEKS, Every, Plan, Rhythm, Scope
from vwg.domain.settings import group
from vwg.forms import DayField, Form, HourField, NumberField, VersionedForm, at_most, between, needed, plain_digits
from vwg.models import Event, EventDate, NeedKind, Place
from vwg.phrases import N_, gettext

LONGEST_LINE = 300
LONGEST_REASON = 200
LONGEST_NAME = 80
MOST_ROWS = 60  # rows of dates on one page; a longer list is a weekly series
ROWS_MORE = 3

NEED_KINDS = {
    NeedKind.THING: N_("things: chairs, cake, cups"),
    NeedKind.PEOPLE: N_("people who lend a hand"),
    NeedKind.SKILL: N_("somebody who can do something: an interpreter, a cook"),
    NeedKind.SERVICE: N_("something done for us: a lift, a print"),
}


class PriceField(StringField):
    """Euros as people write them, kept as cents: 2,50 or 2.5 or € 3."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        text = plain_digits(self.typed).replace("€", "").replace(",", ".").strip()
        if not text:
            self.data = 0
            return
        euros, _, cents = text.partition(".")
        if not (euros.isascii() and euros.isdigit() and len(cents) <= 2 and (cents == "" or (cents.isascii() and cents.isdigit()))):
            self.data = None
            raise ValueError(gettext(N_("Write the price like 2 or 2,50. Nothing is free.")))
        self.data = int(euros) * 100 + int(cents.ljust(2, "0") or 0)

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        if typed is not None:
            return typed
        return facts.money(self.data).removeprefix("€ ") if self.data else ""


class DateRow(Part):
    """Day and hours of one date; all three empty is no date, and a half one is asked for the rest."""

    class Meta(Form.Meta):
        csrf = False

    day = DayField(N_("Day"))
    starts = HourField(N_("From"))
    ends = HourField(N_("Until"))

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if self.is_empty:
            return True
        sentences = (N_("On which day?"), N_("From what hour?"), N_("Until what hour?"))
        for part, sentence in zip(self, sentences, strict=True):
            if part.data is None and not part.errors:
                part.errors = [gettext(sentence)]
        return not self.errors

    @property
    def is_empty(self) -> bool:
        return all(part.data is None and not part.errors for part in self)

    @property
    def times(self) -> Times:
        return Times.on(self.day.data, self.starts.data, self.ends.data)


RHYTHMS = {
    Every.WEEK: N_("every week, or every so many weeks"),
    Every.MONTH: N_("every month, on the same weekday: the third Thursday"),
    Every.MONTH_END: N_("every month, on the last of that weekday"),
}
SCOPES = {
    Scope.ONE: N_("only this date"),
    Scope.FOLLOWING: N_("this date and all later ones"),
    Scope.ALL: N_("all dates to come"),
}


class Repeated:
    """How often, until when, and what is left out."""

    every: RadioField
    interval: NumberField
    until: DayField
    until_holiday: BooleanField
    without_public: BooleanField
    without_school: BooleanField

    @property
    def asks_plan(self) -> bool:
        return bool(self.until.data or self.until_holiday.data)

    @property
    def plan(self) -> Plan:
        """Raises NoEnd."""
        if not self.asks_plan:
            raise NoEnd
        without = {Kind.PUBLIC: self.without_public.data, Kind.SCHOOL: self.without_school.data}
        rhythm = Rhythm(Every(self.every.data), self.interval.data or 1)
        return Plan(rhythm, self.until.data, frozenset(kind for kind, is_left_out in without.items() if is_left_out))


def _every() -> RadioField:
    choices = [SelectChoice(str(every), words) for every, words in RHYTHMS.items()]
    return RadioField(N_("How often?"), choices=choices, default=str(Every.WEEK))


def _interval() -> NumberField:
    return NumberField(N_("Every how many weeks or months?"), [between(1, MOST_WEEKS)], default=1)


class Placed:
    """A place from the list, or a new name beside it."""

    place: SelectField
    other_place: StringField

    def offer(self, known: Sequence[Place]) -> None:
        self.place.choices = [SelectChoice("", N_("Not known yet")), *(SelectChoice(place.public_id, place.name) for place in known)]

    def offer_places(self, usual: Place | None) -> Sequence[Place]:
        """All that a form offers; where the answer stays with the usual one, that one alone is asked of nobody."""
        stays = usual is not None and request.form.get("place") == usual.public_id and not request.form.get("other_place")
        known = [usual] if stays and usual else places.to_choose()
        self.offer(known)
        return known

    def chosen(self, known: Sequence[Place]) -> Place | None:
        """From the list; a new name is for the verb to make a place of."""
        return next((place for place in known if place.public_id == self.place.data), None)


class NewForm(Form, Placed, Repeated):
    """Posting on one screen: what, when, where, for how many, one line."""

    title = StringField(N_("What?"), [needed(N_("Say in a few words what it is.")), at_most(LONGEST_TITLE)], description=N_("For example: Cooking together."))
    dates = FieldList(FormField(DateRow), label=N_("When?"), min_entries=ROWS_MORE, max_entries=MOST_ROWS)
    every = _every()
    interval = _interval()
    until = DayField(N_("Until which day?"), description=N_("The same weekday and hours, up to this day."))
    until_holiday = BooleanField(N_("or until the next school holiday"))
    without_public = BooleanField(N_("not on public holidays"), default=True)
    without_school = BooleanField(N_("not in school holidays"))
    place = SelectField(N_("Where?"), default="")
    other_place = StringField(N_("Another place"), [at_most(LONGEST_NAME)])
    seats = NumberField(N_("For how many people?"), [between(1, MOST_SEATS)], description=N_("Leave it empty if there is always room."))
    line = TextAreaField(N_("One line about it"), [at_most(LONGEST_LINE)], description=N_("In Dutch. What do you do together?"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if all(row.is_empty for row in self.rows):
            self._say_in_row(self.rows[0].day, str(NoDates()))
            return False
        return bool(valid)

    @property
    def rows(self) -> list[DateRow]:
        return [entry.form for entry in self.dates]

    @property
    def times(self) -> list[Times]:
        """The rows that are filled in, in the order of the page."""
        return [row.times for row in self.rows if not row.is_empty]

    def more_rows(self) -> None:
        for _ in range(min(ROWS_MORE, MOST_ROWS - len(self.dates))):
            self.dates.append_entry()

    def refuse(self, refusal: RuleBroken) -> None:
        """A wrong time is said in its own row; that of a date which the series makes, at its end."""
        row = next((row for row in self.rows if not row.is_empty and row.times == refusal.values.get("at")), None)
        if row is not None:
            self._say_in_row(row.ends if refusal.field == "ends" else row.day, str(refusal))
        elif "at" in refusal.values:
            self.until.errors = [*self.until.errors, str(refusal)]
        else:
            super().refuse(refusal)

    def _say_in_row(self, part: Field, sentence: str) -> None:
        part.errors = [*part.errors, sentence]
        self.dates.errors = [row.errors for row in self.rows]


# ---- what changes a row that others may change too


class RowForm(VersionedForm):
    """A form about one row. Who saves second is told, sees what stands there now, and may save again."""

    row: Event | EventDate | None = None
    was_changed = False

    def about(self, row: Event | EventDate) -> None:
        """Say which row; a form that is only shown carries the version that it shows."""
        self.row = row
        if not self.is_submitted():
            self.version.data = str(row.version)

    def refuse(self, refusal: RuleBroken) -> None:
        super().refuse(refusal)
        if isinstance(refusal, ChangedMeanwhile) and self.row is not None:
            self.was_changed = True
            self.version.data = str(self.row.version)


MAY_WAIT = "may_wait"  # the button that lets who came last stand in line again


class Seated(RowForm):
    """A number of seats; fewer than are taken says for whom, and asks."""

    seats: NumberField

    over: Sequence[TooMany] = ()

    @property
    def may_wait(self) -> bool:
        return MAY_WAIT in request.form

    def refuse(self, refusal: RuleBroken) -> None:
        super().refuse(refusal)
        if isinstance(refusal, SeatsBelowTaken):
            self.over = cast(Sequence[TooMany], refusal.values["over"])


class Scoped(RowForm):
    """A step of one date may be for the later ones too, where it stands in a series."""

    scope: RadioField

    def about(self, row: Event | EventDate) -> None:
        super().about(row)
        if isinstance(row, EventDate) and row.series_id is None:
            del self.scope

    @property
    def chosen_scope(self) -> Scope:
        return Scope(self.scope.data) if getattr(self, "scope", None) is not None else Scope.ONE


def _scope() -> RadioField:
    choices = [SelectChoice(str(scope), words) for scope, words in SCOPES.items()]
    return RadioField(N_("For which dates?"), choices=choices, default=str(Scope.ONE))


# ---- the steps of one date, or of all


class DateForm(RowForm):
    """One more date, or another time for one."""

    day = DayField(N_("Day"), [needed(N_("On which day?"))])
    starts = HourField(N_("From"), [needed(N_("From what hour?"))])
    ends = HourField(N_("Until"), [needed(N_("Until what hour?"))])

    @property
    def times(self) -> Times:
        return Times.on(self.day.data, self.starts.data, self.ends.data)

    def refuse(self, refusal: RuleBroken) -> None:
        if refusal.field == "dates":
            self.day.errors = [*self.day.errors, str(refusal)]
        else:
            super().refuse(refusal)

    def fill(self, date: EventDate) -> None:
        starts, ends = clock.local(date.starts_at), clock.local(date.ends_at)
        self.day.data, self.starts.data, self.ends.data = starts.date(), starts.time(), ends.time()


class MoveForm(Scoped, DateForm, Placed):
    place = SelectField(N_("Where?"), default="")
    other_place = StringField(N_("Another place"), [at_most(LONGEST_NAME)])
    scope = _scope()

    def fill(self, date: EventDate) -> None:
        super().fill(date)
        self.place.data = date.place.public_id if date.place else ""


class WhereForm(RowForm, Placed):
    """Another place for all dates to come."""

    place = SelectField(N_("Where?"), default="")
    other_place = StringField(N_("Another place"), [at_most(LONGEST_NAME)])


class OffForm(RowForm):
    """Put off, or not going on at all: people ask why."""

    reason = StringField(
        N_("Why?"), [needed(N_("Give a reason in a few words: people will ask.")), at_most(LONGEST_REASON)],
        description=N_("In Dutch, short and plain. For example: the hall is not free."),
    )  # fmt: skip
    in_other_languages: Sequence[tuple[str, Field]] = ()  # by `off_form`

    @property
    def translations(self) -> dict[str, str]:
        """What somebody wrote in other languages; the rest waits for a translator."""
        return {code: field.data.strip() for code, field in self.in_other_languages if field.data and field.data.strip()}


class DateOffForm(Scoped, OffForm):
    scope = _scope()


Off = TypeVar("Off", bound=OffForm)


def off_form(kind: type[Off]) -> Off:
    """With a field for the reason in each other language of the group."""
    others = [phrases.KNOWN[code] for code in group().languages if code in phrases.KNOWN and code != phrases.SOURCE]
    names = {language.code: f"reason_{language.code.replace('-', '_')}" for language in others}
    fields = {names[language.code]: StringField(language.own_name, [at_most(LONGEST_REASON)]) for language in others}
    form: Off = type(kind.__name__, (kind,), fields)()
    form.in_other_languages = [(code, form[name]) for code, name in names.items()]
    return form


class SkipForm(Scoped):
    scope = _scope()


class AgainForm(RowForm):
    """On again: nothing to fill in."""


class RepeatForm(Form, Repeated):
    every = _every()
    interval = _interval()
    until = DayField(N_("Until which day?"), description=N_("The same weekday and hours, up to this day."))
    until_holiday = BooleanField(N_("or until the next school holiday"))
    without_public = BooleanField(N_("not on public holidays"), default=True)
    without_school = BooleanField(N_("not in school holidays"))

    def refuse(self, refusal: RuleBroken) -> None:
        if "at" in refusal.values:
            self.until.errors = [*self.until.errors, str(refusal)]
        else:
            super().refuse(refusal)


class LaterForm(Form):
    """When it goes online by itself."""

    day = DayField(N_("Day"), [needed(N_("On which day?"))])
    hour = HourField(N_("Hour"), [needed(N_("From what hour?"))])

    @property
    def moment(self) -> datetime:
        return clock.at(self.day.data, self.hour.data.hour, self.hour.data.minute)


class SeatsForm(Seated, Scoped):
    seats = NumberField(N_("For how many people?"), [between(1, MOST_SEATS)], description=N_("Leave it empty if there is always room."))
    scope = _scope()


class NeedForm(Form):
    what = StringField(N_("What do you need?"), [needed(N_("Say in a few words what you need.")), at_most(LONGEST_NAME)], description=N_("In Dutch. For example: chairs."))
    amount = NumberField(N_("How many?"), [needed(N_("How many? Choose a number from 1 to 999.")), between(1, MOST_NEEDED)], default=1)
    kind = SelectField(N_("What kind?"), choices=[SelectChoice(str(kind), words) for kind, words in NEED_KINDS.items()], default=str(NeedKind.THING))


def carried(form: Form) -> list[tuple[str, str]]:
    """What a form says, as hidden fields of the page that asks "are you sure?"."""
    return [
        (field.name, str(field._value()) if hasattr(field, "_value") else str(field.data or ""))
        for field in form
        if field.name != "csrf_token"
    ]

