"""What the group decides about itself, and who belongs to it."""

import re
from collections.abc import Sequence
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from vwg import phrases
from vwg.domain import settings, volunteers
from vwg.domain.settings import LEAST, MOST, Group
from vwg.forms import EmailField, Form, NumberField, PhoneField, at_most, between, needed
from vwg.models import Role, User
from vwg.phrases import N_, gettext

ROLES = [
    SelectChoice(Role.ORGANISER.value, N_("posts activities and invites partners")),
    SelectChoice(Role.COACH.value, N_("signs up families and calls them")),
    SelectChoice(Role.TRANSLATOR.value, N_("translates")),
    SelectChoice(Role.ADMINISTRATOR.value, N_("administrator: volunteers and settings")),
]


def _kept(label: str, name: str) -> NumberField:
    low, high = LEAST.get(name, 0), MOST[name]
    return NumberField(label, [needed(N_("Write a number.")), between(low, high)])


class SettingsForm(Form):
    """Every field is a setting of that name."""

    seen = HiddenField()  # how the settings stood when this form was filled
    name = StringField(N_("Name of this site"), [needed(N_("Give it a name.")), at_most(60)])
    organisation = StringField(N_("Name of the group"), [needed(N_("Give the group's name.")), at_most(80)])
    municipality = StringField(N_("Municipality"), [needed(N_("Write the municipality.")), at_most(60)])
    postcodes = StringField(N_("Its postcodes"), [at_most(80)], description=N_("With a space between, like 9270 9290."))
    mailbox = EmailField(N_("The group's own mailbox"), description=N_("People read it. Every answer to a mail of ours comes here."))
    phone = PhoneField(N_("The group's telephone"), description=N_("May be seen by everybody. Not somebody's private number."))
    responsible = StringField(
        N_("Who answers for people's data"), [at_most(80)], description=N_("Without a name here, strangers cannot sign up.")
    )
    languages = SelectMultipleField(N_("Languages that stand open"))
    green = StringField(N_("The group's colour"), [at_most(7)], description=N_("Like #0f5c4d. Empty is our green."))
    accent = StringField(
        N_("The group's second colour"), [at_most(7)], description=N_("Like #a33f1a. Where it cannot be read, it is shown darker or lighter.")
    )
    keep_contact_days = _kept(N_("Days that a number or address is kept after an activity"), "keep_contact_days")
    keep_name_days = _kept(N_("Days that a name is kept after an activity"), "keep_name_days")
    keep_notice_days = _kept(N_("Days that we know who got a mail"), "keep_notice_days")
    keep_household_months = _kept(N_("Months that an unused family is kept"), "keep_household_months")
    keep_look_days = _kept(N_("Days that we know who looked at names"), "keep_look_days")
    asylum_sentence_true = BooleanField(
        N_("It is true: we are volunteers, this has nothing to do with anybody's asylum procedure, and we tell no service who comes."),
        description=N_("Only then the sign-up page says so."),
    )

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.languages.choices = [SelectChoice(language.code, language.own_name) for language in phrases.KNOWN.values()]

    @classmethod
    def now(cls) -> "SettingsForm":
        """The form as things stand, or as it was sent."""
        values = {**settings.as_dict(), "postcodes": " ".join(settings.group().postcodes), "seen": settings.version()}
        return cls(data={**values, "languages": list(settings.group().languages)})

    def validate_postcodes(self, field: StringField) -> None:
        if not re.fullmatch(r"(\d{4}( +|$))*", (field.data or "").strip()):
            raise ValidationError(gettext(N_("A postcode has four digits. Put a space between two of them.")))

    def validate_accent(self, field: StringField) -> None:
        self.validate_green(field)

    def validate_green(self, field: StringField) -> None:
        field.data = (field.data or "").strip().lower()
        if field.data and not re.fullmatch(r"#[0-9a-f]{6}", field.data):
            raise ValidationError(gettext(N_("Write a colour as # and six signs, like #0f5c4d.")))

    @property
    def values(self) -> dict[str, Any]:
        """What the settings are to be; text without spaces at its ends."""
        names = [name for name in Group.__dataclass_fields__ if name in self._fields]
        given = {name: getattr(self, name).data for name in names}
        given = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
        order = [*settings.group().languages, *phrases.KNOWN]
        chosen = sorted(self.languages.data or [], key=order.index)  # the group's own order stays
        return {**given, "languages": tuple(chosen), "postcodes": tuple((self.postcodes.data or "").split())}


class LogoForm(Form):
    picture = FileField(N_("Your logo"), [FileRequired(N_("Choose a picture."))], description=N_("A PNG, a JPEG or a WebP. Best square, on nothing or on white."))


class ExampleForm(Form):
    """What the style page shows of forms; nobody sends it."""

    name = StringField(N_("Name"), description=N_("A nickname is fine."))
    number = PhoneField(N_("Your number"))
    day = DateField(N_("Day"))
    language = SelectField(N_("Language"), choices=[SelectChoice("nl", "Nederlands"), SelectChoice("ar", "العربية")])
    text = TextAreaField(N_("Tell something about it"))
    tick = BooleanField(N_("Photos are taken"))
    people = RadioField(N_("How many people come?"), choices=[SelectChoice(str(number), str(number)) for number in range(1, 7)], default="2")
    ways = RadioField(N_("How do we reach you?"), choices=[SelectChoice("sms", N_("Text message")), SelectChoice("mail", N_("E-mail"))], default="sms")
    adults = NumberField(N_("Adults"), default=2)

    @classmethod
    def with_mistakes(cls, prefix: str) -> "ExampleForm":
        form = cls(prefix=prefix, formdata=None, meta={"csrf": False})
        form.number.errors = [N_("This is not a telephone number. Look at the digits.")]
        form.people.errors = [N_("Choose a number.")]
        return form


class LeaveForm(Form):
    successor = SelectField(N_("Who takes over?"), default="", description=N_("The families, calls, tasks and activities to come."))

    def offer(self, people: Sequence[User]) -> None:
        self.people = {str(person.id): person for person in people}
        self.successor.choices = [SelectChoice("", N_("Nobody in particular")), *(SelectChoice(key, person.name) for key, person in self.people.items())]

    @property
    def chosen(self) -> User | None:
        return self.people.get(self.successor.data)


class VolunteerForm(Form):
    name = StringField(N_("Name"), [needed(N_("Give a name, so that the others know who it is.")), at_most(volunteers.LONGEST_NAME)])
    email = EmailField(N_("E-mail address"), description=N_("Only for signing in and for our own mails. Nobody else sees it."))
    language = SelectField(N_("Language of the mails"), choices=[SelectChoice("nl", "Nederlands"), SelectChoice("en", "English")])
    roles = SelectMultipleField(N_("What this person does"), choices=ROLES)

    @classmethod
    def of(cls, user: User | None) -> "VolunteerForm":
        if user is None:
            return cls(data={"roles": [role.value for role in volunteers.USUAL_ROLES], "language": "nl"})
        roles = [held.role.value for held in user.roles]
        return cls(data={"name": user.name, "email": user.email, "language": user.language, "roles": roles})

    @property
    def chosen_roles(self) -> set[Role]:
        return {Role(value) for value in self.roles.data or []}
