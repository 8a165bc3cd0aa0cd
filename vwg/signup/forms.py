"""What a newcomer is asked: a number, and nothing else that must be."""

import re
import unicodedata
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import ValidationError

from vwg.domain import errors
from vwg.domain.errors import RuleBroken
from vwg.forms import EmailField, Form, NumberField, PhoneField, VersionedForm, between, needed, plain_digits
from vwg.models import Rsvp
from vwg.phrases import N_, gettext
from vwg.signup import words
from vwg.support import AsksSupport

TILES = [SelectChoice(str(number), str(number)) for number in range(1, 7)]
TURNS_THE_LINE = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # marks of direction that hold for what comes after them too
A_FORM_KEY = re.compile(r"[\w-]{16,64}", re.ASCII)


def without_control_signs(text: str | None) -> str:
    """What a keyboard can type; joiners inside Persian words and emoji stay. Empty where nothing would be seen."""
    kept = "".join(sign for sign in text or "" if unicodedata.category(sign) != "Cc" and sign not in TURNS_THE_LINE)
    return kept if any(unicodedata.category(sign)[0] != "Z" and unicodedata.category(sign) != "Cf" for sign in kept) else ""


class _AsksHowMany(Form):
    """A tile from 1 to 6, or a number in whatever digits; a number typed wins."""

    people = RadioField(N_("How many of you are coming?"), choices=TILES, validate_choice=False)
    more = NumberField(N_("How many are you all together?"))

    @property
    def heads(self) -> int:
        """0 where nothing was chosen."""
        return int(self._tile or 0) if self.more.data is None else int(self.more.data)

    @property
    def _tile(self) -> str:
        """The digits of the chosen tile; "" where none is, or where it is no number."""
        tile = plain_digits(self.people.data or "").strip()
        return tile if tile.isascii() and tile.isdigit() and len(tile) < 9 else ""

    def validate_people(self, _field: Any) -> None:
        if not self._tile and self.more.data is None and not self.more.process_errors:
            raise ValidationError(gettext(N_("With how many do you come? Choose a number.")))


class SignUpForm(_AsksHowMany):
    """`form_key`: sent twice, it is one sign-up. `is_question`: these people come after others from the same page."""

    name = StringField(N_("What may we call you?"), description=N_("A nickname is fine."), filters=[without_control_signs])
    form_key = HiddenField()
    is_question = False
    is_too_fast = False

    @property
    def key(self) -> str | None:
        return self.form_key.data if A_FORM_KEY.fullmatch(self.form_key.data or "") else None

    def refuse(self, refusal: RuleBroken) -> None:
        super().refuse(refusal)
        self.is_question = isinstance(refusal, errors.AnotherParty)
        self.is_too_fast = isinstance(refusal, errors.TooFast)


class OwnForm(VersionedForm):
    """One of several forms on one's own page: its hidden fields have ids of their own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self:
            if field.id in {"csrf_token", "version"}:
                field.id = f"{type(self).__name__.lower()}-{field.id}"

    def check_version(self, rsvp: Rsvp) -> None:
        """Raises ChangedMeanwhile when the page was filled from an older sign-up."""
        if self.seen_version != rsvp.version:
            self.version.data = str(rsvp.version)
            raise errors.ChangedMeanwhile


class NumberForm(OwnForm, _AsksHowMany):
    people = RadioField(N_("How many of you are coming now?"), choices=TILES, validate_choice=False)


class AgesForm(OwnForm):
    band_0_2 = NumberField(words.BANDS["band_0_2"], [between(0, 30)])
    band_3_5 = NumberField(words.BANDS["band_3_5"], [between(0, 30)])
    band_6_11 = NumberField(words.BANDS["band_6_11"], [between(0, 30)])
    band_12_17 = NumberField(words.BANDS["band_12_17"], [between(0, 30)])

    @property
    def bands(self) -> dict[str, int]:
        return {name: self[name].data or 0 for name in words.BANDS}


class LetKnowForm(OwnForm):
    phone = PhoneField(N_("Phone number"))
    email = EmailField(N_("E-mail address"))


class HelpForm(OwnForm, AsksSupport):
    pass


class AskAgainForm(OwnForm):
    nickname = StringField(N_("What may we call you?"), description=N_("A nickname is fine."), filters=[without_control_signs])
    phone = PhoneField(N_("Phone number"))


class EraseForm(Form):
    household = BooleanField(N_("Erase also what a volunteer keeps about my family, and our other sign-ups"))


class CodeForm(Form):
    event = SelectField(N_("Which activity?"), [needed(N_("Choose the activity."))], validate_choice=False)
    digits = StringField(N_("Your eight digits"))

    @property
    def code(self) -> str:
        """The digits alone, in 0-9: people type them in pairs, and in their own script."""
        return "".join(sign for sign in plain_digits(self.digits.data or "") if sign in "0123456789")

    def validate_digits(self, _field: Any) -> None:
        if len(self.code) != 8:
            raise ValidationError(gettext(N_("The number has eight digits.")))
