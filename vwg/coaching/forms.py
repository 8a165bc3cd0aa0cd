"""What a coach fills in."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError

from vwg.domain.errors import RuleBroken
from vwg.domain.households import Details
from vwg.domain.rsvps import MOST_PEOPLE, Party
from vwg.forms import Form, NumberField, PhoneField, VersionedForm, at_most, between, needed
from vwg.models import Channel, Household, Place, Rsvp, User
from vwg.phrases import KNOWN, N_, gettext
from vwg.support import AsksSupport

CHANNELS = {
    Channel.CALL: N_("I call"),
    Channel.WHATSAPP: N_("WhatsApp"),
    Channel.SMS: N_("Text message"),
    Channel.VISIT: N_("I go by"),
}
CHANNEL_ICONS = {"call": "phone", "whatsapp": "brand-whatsapp", "sms": "message", "visit": "door-enter"}


class PartyForm(VersionedForm):
    """Heads by age; an empty field is nobody."""

    adults = NumberField(N_("Adults"), [between(0, MOST_PEOPLE)], default=1)
    band_0_2 = NumberField(N_("Children 0–2 years"), [between(0, MOST_PEOPLE)], default=0)
    band_3_5 = NumberField(N_("Children 3–5 years"), [between(0, MOST_PEOPLE)], default=0)
    band_6_11 = NumberField(N_("Children 6–11 years"), [between(0, MOST_PEOPLE)], default=0)
    band_12_17 = NumberField(N_("Children 12–17 years"), [between(0, MOST_PEOPLE)], default=0)

    @property
    def heads(self) -> list[Any]:
        return [self.adults, self.band_0_2, self.band_3_5, self.band_6_11, self.band_12_17]

    @property
    def party(self) -> Party:
        return Party(*(field.data or 0 for field in self.heads))

    def refuse(self, refusal: RuleBroken) -> None:
        """What a verb says of the people as a whole stands beside the first number."""
        if refusal.field == "people":
            self.adults.errors = [*self.adults.errors, str(refusal)]
        else:
            super().refuse(refusal)

    def fill_party(self, row: Household | Rsvp) -> None:
        for field in self.heads:
            field.data = getattr(row, field.name)
        self.version.data = row.version


def _reachable(form: "HouseholdForm", field: PhoneField) -> None:
    if not field.data and form.channel.data != Channel.VISIT:
        raise ValidationError(gettext(N_("Give the number, or choose “I go by”.")))


class HouseholdForm(PartyForm):
    """A nickname, heads, languages, how to reach. Nothing else, on purpose."""

    nickname = StringField(
        N_("What do you call them?"), [needed(N_("Give a nickname, so that you know who it is.")), at_most(40)],
        description=N_("A first name or a nickname is enough."),
    )  # fmt: skip
    languages = SelectMultipleField(
        N_("Which languages do they speak?"), choices=[SelectChoice(code, language.own_name) for code, language in KNOWN.items()],
        description=N_("We write to them in their own language, with the Dutch beside it for you."),
    )  # fmt: skip
    channel = RadioField(N_("How do you reach them?"), choices=[SelectChoice(channel.value, words) for channel, words in CHANNELS.items()], default=Channel.CALL)
    phone = PhoneField(N_("Their number"), [_reachable], description=N_("Not needed if you go by."))

    @property
    def details(self) -> Details:
        return Details(
            self.nickname.data or "", self.party, self.languages.data or [], Channel(self.channel.data), self.phone.data or ""
        )

    def refuse(self, refusal: RuleBroken) -> None:
        if refusal.field == "name":
            self.nickname.errors = [*self.nickname.errors, str(refusal)]
        else:
            super().refuse(refusal)

    def fill(self, household: Household) -> None:
        self.fill_party(household)
        self.nickname.data = household.nickname
        self.languages.data = household.languages
        self.channel.data = household.channel
        self.phone.data = household.phone


class SignUpForm(Form):
    """Which households come along; `form_key` makes of a double press one sign-up."""

    households = SelectMultipleField(N_("Who comes along?"), coerce=int)
    form_key = HiddenField(validators=[at_most(60)])


class SeveralForm(Form):
    """Several households for several dates; `form_key` makes of a double press one sign-up each."""

    households = SelectMultipleField(N_("Who comes along?"), coerce=int)
    dates = SelectMultipleField(N_("What do they go to?"))
    form_key = HiddenField(validators=[at_most(80)])


class QuickForm(Form):
    """One line of a paper list: name, number, Enter."""

    name = StringField(N_("Name"), [at_most(40)])
    people = NumberField(N_("How many"), [needed(N_("Say how many they are.")), between(1, MOST_PEOPLE)])
    language = SelectField(N_("Language"), default="nl", choices=[SelectChoice(code, language.own_name) for code, language in KNOWN.items()])
    form_key = HiddenField(validators=[at_most(80)])


class SupportForm(VersionedForm, AsksSupport):
    """What would help a household come to one date."""


class WhoForm(Form):
    """Another volunteer, for a family or for all of them."""

    who = SelectField(N_("Who?"), coerce=int)

    def offer(self, others: Sequence[User]) -> None:
        self.who.choices = [SelectChoice(other.id, other.name) for other in others]


class StandInForm(WhoForm):
    until = DateField(N_("Up to and with"), [needed(N_("Choose a day."))])


class IllForm(StandInForm):
    coach = SelectField(N_("Whose families?"), coerce=int)


class LiftForm(Form):
    """A car: who drives, from where, with how many seats besides the driver's."""

    driver = SelectField(N_("Who drives?"), description=N_("You, or somebody whom two volunteers know."))
    place = SelectField(N_("Where do people get in?"), coerce=int, description=N_("A place of our list, never somebody's home."))
    seats = NumberField(N_("How many can ride along?"), [needed(N_("Say how many.")), between(1, 8)])
    child_seats = NumberField(N_("How many child seats?"), [between(0, 8)], default=0)

    def offer(self, known: Sequence[Place], drivers: Sequence[tuple[str, str]]) -> None:
        self.place.choices = [SelectChoice(place.id, place.name) for place in known]
        self.driver.choices = [SelectChoice(value, name) for value, name in drivers]


class RideForm(Form):
    rsvp = StringField(N_("Who rides along?"), [at_most(20)])


class CallForm(Form):
    """How a call went: `notices` are the numbers of what was said, so that newer news is not crossed off."""

    notices = HiddenField()
    went = RadioField(choices=["told", "not-yet", "later"])

    @property
    def numbers(self) -> list[int]:
        return [int(number) for number in (self.notices.data or "").split(",") if number.isascii() and number.isdigit() and len(number) < 10]
