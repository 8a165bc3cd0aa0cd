"""What all forms share: the visitor's language, one way to ask, fields that read people's digits."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import time
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from flask import g
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, IntegerField, StringField
from wtforms.validators import StopValidation, ValidationError
from wtforms.widgets import TimeInput

from vwg import phrases
from vwg.db import allow_writing, db
from vwg.domain.errors import FormIsOld, RuleBroken
from vwg.phrases import N_, gettext

# WTForms' own sentences, so that our catalogues have them in every language.
WTFORMS_SENTENCES = (
    N_("This field is required."), N_("Not a valid choice."), N_("Not a valid date value."),
    N_("Not a valid time value."), N_("Not a valid decimal value."),
    N_("The CSRF token is missing."), N_("The CSRF token has expired."), N_("The CSRF tokens do not match."),
    N_("Invalid Choice: could not coerce."), N_("Not a valid datetime value."),
)  # fmt: skip


class _Spoken:
    """WTForms asks here for its sentences."""

    def gettext(self, message: str) -> str:
        return gettext(message)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return phrases.ngettext(singular, plural, number)


class Form(FlaskForm):
    """A form of the house. Labels are N_() phrases; the field macro says them."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, _form: Any) -> _Spoken:
            return _Spoken()

    def refuse(self, refusal: RuleBroken) -> None:
        """Put the rule's sentence beside its field, or above the form."""
        field = self._fields.get(refusal.field)
        if field is None:
            self.form_errors.append(str(refusal))
        else:
            field.errors = [*field.errors, str(refusal)]

    @property
    def is_old(self) -> bool:
        return bool(g.get("form_is_old"))


class Button(Form):
    """A form of one press and nothing to fill in."""


class VersionedForm(Form):
    """An edit form knows which version it was filled from."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        return int(self.version.data) if str(self.version.data or "").isdigit() else 0


@contextmanager
def asking(form: Form) -> Iterator[bool]:
    """Ask: True when the form was sent and is whole. A rule that says no inside puts its sentence
    beside the field and the view goes on to show the page again, filled."""
    if form.is_submitted() and form.is_old:
        form.validate()  # fields keep what was typed and their own errors
        form.form_errors.append(str(FormIsOld()))
        g.form_status = 422
        yield False
        return
    answered = bool(form.validate_on_submit())
    if form.is_submitted() and not answered:
        g.form_status = 422
    try:
        yield answered
    except RuleBroken as refusal:
        db.session.rollback()
        allow_writing(False)
        form.refuse(refusal)
        g.form_status = 409


# ---- what people type


def plain_digits(text: str) -> str:
    """Arabic, Persian and all other decimal digits as 0-9; the rest stays."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


class NumberField(IntegerField):
    """A whole number, in whatever digits."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        given = [plain_digits(value).strip() for value in valuelist]
        if given and given[0] == "":
            self.data = None
            return
        try:
            super().process_formdata(given)
        except ValueError:
            raise ValueError(gettext(N_("Write a number in digits, like 12."))) from None


class HourField(StringField):
    """An hour of the clock as people write it: 14:00, 14.30, 14u30, 14."""

    widget = TimeInput()
    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        text = plain_digits(self.typed).strip().lower()
        if not text:
            return
        read = re.fullmatch(r"(\d{1,2})(?:\s*[:.uh]\s*(\d{2})?)?(?::\d{2})?(?:\s*u(?:ur)?)?", text, re.ASCII)
        if read is None or int(read[1]) > 23 or int(read[2] or 0) > 59:
            raise ValueError(gettext(N_("Write the hour like 14:00.")))
        self.data = time(int(read[1]), int(read[2] or 0))

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        if typed is not None:
            return typed
        return self.data.strftime("%H:%M") if self.data else ""


class DayField(DateField):
    """A day of a calendar, near enough to be meant."""

    data: Any

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        super().process_formdata([plain_digits(valuelist[0]).strip()])

    def pre_validate(self, _form: Any) -> None:
        """A year like 0202 is a slip; and no clock counts before the first one."""
        if self.data is not None and not 2000 <= self.data.year <= 2200:
            raise StopValidation(gettext(N_("Look at the year of this date.")))


class PhoneField(StringField):
    """A telephone number, kept as E.164; shown as people here write it."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = ""
        text = plain_digits(self.typed).strip()
        if not text:
            return
        try:
            number = phonenumbers.parse(text.replace("/", " "), "BE")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            self.data = self.typed
            raise ValueError(gettext(N_("This is not a telephone number. Write it like 0470 00 00 00.")))
        self.data = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def _value(self) -> str:
        typed: str | None = getattr(self, "typed", None)
        return typed if typed is not None else shown_phone(self.data or "")


class EmailField(StringField):
    """An address for mail, in small letters; a comma or a point left at its end is forgiven."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = (valuelist[0] if valuelist else "").strip().rstrip(",;.").strip()
        if not self.data:
            return
        try:
            self.data = validate_email(self.data, check_deliverability=False).normalized.lower()
        except EmailNotValidError:
            raise ValueError(gettext(N_("This is not an e-mail address. Write it like bert@example.org."))) from None


def shown_phone(number: str) -> str:
    """E.164 as it is written in Belgium: 0470 00 00 00; abroad with its country."""
    try:
        parsed = phonenumbers.parse(number, "BE")
    except phonenumbers.NumberParseException:
        return number
    local = phonenumbers.PhoneNumberFormat.NATIONAL
    abroad = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, local if parsed.country_code == 32 else abroad))


def at_most(letters: int) -> Any:
    """A validator: not longer than so many letters."""

    def check(_form: Any, field: Any) -> None:
        if field.data and len(field.data) > letters:
            raise ValidationError(gettext(N_("This is too long: at most %(letters)s letters.")) % {"letters": letters})

    return check


def needed(sentence: str) -> Any:
    """A validator: something must stand here, and the sentence says what."""

    def check(_form: Any, field: Any) -> None:
        if field.data is None or (isinstance(field.data, str) and not field.data.strip()):
            raise ValidationError(gettext(sentence))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]  # where wtforms looks for it
    return check


def between(low: int, high: int) -> Any:
    """A validator: a number from `low` to `high`; an empty field is for `needed` to judge."""

    def check(_form: Any, field: Any) -> None:
        if field.data is not None and not low <= field.data <= high:
            raise ValidationError(gettext(N_("Choose a number from %(low)s to %(high)s.")) % {"low": low, "high": high})

    return check
