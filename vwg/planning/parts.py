"""The closed lines of an activity: each says how it stands and is a small form that saves itself."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from vwg import facts, phrases
from vwg.domain.dates import MOST_SEATS
from vwg.domain.events import LONGEST_TITLE, Details
from vwg.facts import DUTCH_LEVELS, Fact, FactKind
from vwg.forms import NumberField, at_most, between, needed
from vwg.models import Category, Signup, Visibility
from vwg.phrases import N_, gettext, ngettext
from vwg.planning.forms import PriceField, RowForm, Seated

LONGEST_TEXT = 5000
OLDEST_CHILD = 17
DEAREST = 999  # euros

SIGNUPS = {
    Signup.EVERYONE: N_("Everybody signs up"),
    Signup.BY_US: N_("A volunteer signs people up"),
    Signup.NONE: N_("No need to sign up"),
    Signup.ELSEWHERE: N_("On another site"),
}
VISIBILITIES = {
    Visibility.PUBLIC: N_("Everybody sees it"),
    Visibility.PARTNERS: N_("Only us and our partners"),
    Visibility.INTERNAL: N_("Only us"),
}


class PartForm(RowForm):
    """One closed line. `fill` from what is said now, `said` gives it back changed."""

    def fill(self, details: Details) -> None:
        raise NotImplementedError

    def said(self, details: Details) -> Details:
        raise NotImplementedError


class TextForm(PartForm):
    title = StringField(N_("What?"), [needed(N_("Say in a few words what it is.")), at_most(LONGEST_TITLE)])
    text = TextAreaField(N_("More about it"), [at_most(LONGEST_TEXT)], description=N_("In Dutch. Short sentences are read by more people."))
    bring = TextAreaField(N_("What to bring, what to know"), [at_most(LONGEST_TEXT)])

    def fill(self, details: Details) -> None:
        self.title.data, self.text.data, self.bring.data = details.title, details.text, details.bring

    def said(self, details: Details) -> Details:
        words = [_plain_lines(field.data) for field in (self.title, self.text, self.bring)]
        return replace(details, title=words[0], text=words[1], bring=words[2])


class SeatsForm(Seated, PartForm):
    seats = NumberField(N_("For how many people?"), [between(1, MOST_SEATS)], description=N_("Leave it empty if there is always room. This counts for all dates to come."))

    def fill(self, details: Details) -> None:
        self.seats.process_data(details.seats)

    def said(self, details: Details) -> Details:
        return replace(details, seats=self.seats.data)


class PriceForm(PartForm):
    price = PriceField(N_("What does it cost, in euros?"), [between(0, DEAREST * 100)], description=N_("Leave it empty if it is free."))

    def fill(self, details: Details) -> None:
        self.price.data = details.price_cents

    def said(self, details: Details) -> Details:
        return replace(details, price_cents=self.price.data or 0)


class CategoryForm(PartForm):
    category = SelectField(N_("What kind of activity?"))

    def offer(self, categories: Sequence[Category], language: str) -> None:
        self.categories = {category.slug: category for category in categories}
        named = [SelectChoice(category.slug, category.name_in(language)) for category in categories]
        self.category.choices = [SelectChoice("", N_("Something else")), *named]

    def fill(self, details: Details) -> None:
        self.category.data = details.category.slug if details.category else ""

    def said(self, details: Details) -> Details:
        return replace(details, category=self.categories.get(self.category.data))


class DutchForm(PartForm):
    dutch_level = RadioField(
        N_("How much Dutch does one need?"), coerce=int,
        choices=[SelectChoice("0", N_("Say nothing about it")), *(SelectChoice(str(level), words) for level, words in DUTCH_LEVELS.items())],
    )  # fmt: skip

    def fill(self, details: Details) -> None:
        self.dutch_level.process_data(details.dutch_level)

    def said(self, details: Details) -> Details:
        return replace(details, dutch_level=self.dutch_level.data)


class SignupForm(PartForm):
    signup = RadioField(N_("How do people sign up?"), choices=[SelectChoice(str(kind), words) for kind, words in SIGNUPS.items()])
    signup_url = StringField(N_("The address of the other site"), [at_most(500)], description=N_("It begins with https://"))
    coach_seats = NumberField(
        N_("Seats kept for people whom we bring along"), [between(0, MOST_SEATS)],
        description=N_("Nobody else can take these. 5 is a good number for a full activity."),
    )  # fmt: skip

    def validate_signup_url(self, field: Any) -> None:
        """Strangers press it: it must be a page, and nothing that a browser runs."""
        if self.signup.data != Signup.ELSEWHERE:
            return
        address = (field.data or "").strip()
        if not address.startswith(("https://", "http://")) or len(address.split()) != 1 or "." not in address:
            raise ValidationError(gettext(N_("Write the whole address, like https://example.org.")))

    def fill(self, details: Details) -> None:
        self.signup.data, self.signup_url.data = str(details.signup), details.signup_url
        self.coach_seats.process_data(details.coach_seats)

    def said(self, details: Details) -> Details:
        elsewhere = self.signup.data == Signup.ELSEWHERE
        return replace(
            details, signup=Signup(self.signup.data), signup_url=self.signup_url.data.strip() if elsewhere else "",
            coach_seats=self.coach_seats.data or 0,
        )  # fmt: skip


class VisibilityForm(PartForm):
    visibility = RadioField(N_("Who sees it?"), choices=[SelectChoice(str(kind), words) for kind, words in VISIBILITIES.items()])
    address_after_signup = BooleanField(
        N_("The address only after signing up"), description=N_("Everybody else reads the town alone, also in calendars and on posters.")
    )

    def fill(self, details: Details) -> None:
        self.visibility.data = str(details.visibility)
        self.address_after_signup.data = details.address_after_signup

    def said(self, details: Details) -> Details:
        return replace(details, visibility=Visibility(self.visibility.data), address_after_signup=self.address_after_signup.data)


# ---- the facts, one field (of ages two) for each in the registry


def _fields_of(fact: Fact) -> dict[str, Field]:
    if fact.kind == FactKind.FLAG:
        return {fact.key: BooleanField(fact.title)}
    if fact.kind == FactKind.AGES:
        ages = [between(0, OLDEST_CHILD)]
        return {
            fact.key: NumberField(N_("Childcare: from how many years?"), ages),
            f"{fact.key}_to": NumberField(N_("Childcare: up to how many years?"), ages),
        }
    if fact.kind == FactKind.LANGUAGES:
        choices = [SelectChoice(language.code, language.own_name) for language in phrases.KNOWN.values()]
    else:
        choices = [SelectChoice(key, words) for key, words in fact.words.items()]
    return {fact.key: SelectMultipleField(fact.title, choices=choices)}


class _FactsForm(PartForm):
    """Its fields come from the registry, below."""

    def fill(self, details: Details) -> None:
        for fact in facts.REGISTRY:
            value = details.facts.get(fact.key)
            if fact.kind == FactKind.AGES:
                low, high = value or (None, None)
                self[fact.key].data, self[f"{fact.key}_to"].data = low, high
            else:
                self[fact.key].data = value or (False if fact.kind == FactKind.FLAG else [])

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for fact in (fact for fact in facts.REGISTRY if fact.kind == FactKind.AGES):
            low, high = self[fact.key].data, self[f"{fact.key}_to"].data
            if valid and ((low is None) != (high is None) or (low is not None and low > high)):
                self[f"{fact.key}_to"].errors = [gettext(N_("Say two ages, the youngest first."))]
                return False
        return bool(valid)

    def said(self, details: Details) -> Details:
        said: dict[str, Any] = {}
        for fact in facts.REGISTRY:
            value = self[fact.key].data
            said[fact.key] = [value, self[f"{fact.key}_to"].data] if fact.kind == FactKind.AGES else value
        return replace(details, facts=facts.clean(said))


FactsForm: type[PartForm] = type(
    "FactsForm", (_FactsForm,), {name: field for fact in facts.REGISTRY for name, field in _fields_of(fact).items()}
)


# ---- the lines


@dataclass(frozen=True)
class Line:
    """A closed line: `title` and `says` stand on it; shut, it tells how it is."""

    key: str
    icon: str
    title: str
    form: type[PartForm]
    says: Callable[[Details, str], str]


def _facts_in_words(details: Details) -> str:
    said = facts.say(details.facts)
    return ", ".join(each.title for each in said[:4]) + (" …" if said[4:] else "")


def _dutch_in_words(level: int) -> str:
    said = facts.dutch(level)
    return said.title if said else ""


def _text_in_words(details: Details) -> str:
    first = details.text.strip().split("\n")[0]
    return first if len(first) <= 60 else first[:58].rsplit(" ", 1)[0] + " …"


def _seats_in_words(seats: int | None) -> str:
    if seats is None:
        return gettext(N_("always room"))
    return ngettext("one person", "%(num)s people", seats) % {"num": seats}


def _visibility_in_words(said: Details, _spoken: str) -> str:
    words = gettext(VISIBILITIES[said.visibility])
    return f"{words}, {gettext(N_('the address after signing up'))}" if said.address_after_signup else words


LINES = {
    line.key: line
    for line in (
        Line("text", "pencil", N_("Title and text"), TextForm, lambda said, _: _text_in_words(said)),
        Line("seats", "users", N_("For how many"), SeatsForm, lambda said, _: _seats_in_words(said.seats)),
        Line("category", "palette", N_("Kind"), CategoryForm, lambda said, spoken: said.category.name_in(spoken) if said.category else ""),
        Line("price", "currency-euro", N_("Price"), PriceForm, lambda said, _: facts.price(said.price_cents).title),
        Line("facts", "list-check", N_("Good to know"), FactsForm, lambda said, _: _facts_in_words(said)),
        Line("dutch", "messages", N_("Dutch"), DutchForm, lambda said, _: _dutch_in_words(said.dutch_level)),
        Line("signup", "user-check", N_("Signing up"), SignupForm, lambda said, _: gettext(SIGNUPS[said.signup])),
        Line("visibility", "eye", N_("Who sees it"), VisibilityForm, _visibility_in_words),
    )
}


def _plain_lines(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()
