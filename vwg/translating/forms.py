"""What a speaker is asked: is this right, or how would you say it?"""

from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, FormField, HiddenField, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms import Form as PlainForm

from vwg.domain.phrasebook import Line
from vwg.forms import EmailField, Form, PhoneField, VersionedForm, at_most, needed
from vwg.phrases import KNOWN, N_, with_blanks, with_places


class LineForm(PlainForm):
    """One phrase: its key, a tick, and the text (one for each plural, a line each)."""

    key = HiddenField()
    right = BooleanField(N_("This is right"))
    text = TextAreaField(N_("How people say it"))


class PhrasesForm(Form):
    """A page of phrases; only the ticked ones are signed off."""

    lines = FieldList(FormField(LineForm))

    @classmethod
    def of(cls, lines: list[Line]) -> "PhrasesForm":
        given: dict[str, Any] = {"lines": [{"key": line.entry.key, "text": with_blanks("\n".join(line.forms))} for line in lines]}
        return cls(data=None if request.method == "POST" else given)

    @property
    def signed(self) -> dict[str, list[str]]:
        """Key and texts of the phrases that the speaker ticked."""
        return {
            entry.form.key.data: with_places(entry.form.text.data or "").splitlines()
            for entry in self.lines
            if entry.form.right.data
        }


class ClipForm(Form):
    """One recording: by the button of the page's script, or a file that the telephone made."""

    clip = FileField(N_("The recording"), [FileRequired(N_("Record it first, or choose a file."))])


class TextForm(VersionedForm):
    """An activity's words in one language; `version` is of the Dutch that stood beside it."""

    title = StringField(N_("Title"), [needed(N_("Say in a few words what it is.")), at_most(90)])
    text = TextAreaField(N_("Text"), [at_most(5000)])
    bring = TextAreaField(N_("What to bring along"), [at_most(5000)])
    made_by = RadioField(
        N_("Who made it?"), default="human", choices=[SelectChoice("human", N_("I wrote it, or read it word by word")), SelectChoice("machine", N_("A machine, and nobody read it yet"))]
    )  # fmt: skip
    draft = BooleanField(N_("Not ready yet: show it to nobody"))

    @property
    def said(self) -> dict[str, str]:
        return {"title": self.title.data or "", "text": self.text.data or "", "bring": self.bring.data or ""}


class ReasonForm(Form):
    text = TextAreaField(N_("Why it does not go on"), [at_most(5000)])


class TranslatorForm(Form):
    """Somebody who gets a link."""

    name = StringField(N_("Name"), [needed(N_("Give a name, so that the others know who it is.")), at_most(60)])
    language = SelectField(N_("Language"), choices=[SelectChoice(code, language.own_name) for code, language in KNOWN.items() if code != "nl"])
    email = EmailField(N_("E-mail address"), description=N_("Then a mail says when somebody asks for a translation. May stay empty."))
    phone = PhoneField(N_("Telephone number"), description=N_("May stay empty."))


class PackForm(Form):
    file = FileField(N_("The file from the other group"), [FileRequired(N_("Choose the file."))])
