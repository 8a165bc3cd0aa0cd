"""What a speaker is asked: is this right, or how would you say it?"""

from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, FieldList, FormField, HiddenField, TextAreaField
from wtforms import Form as PlainForm

from vwg.domain.phrasebook import Line
from vwg.forms import Form
from vwg.phrases import N_


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
        given: dict[str, Any] = {"lines": [{"key": line.entry.key, "text": "\n".join(line.forms)} for line in lines]}
        return cls(data=None if request.method == "POST" else given)

    @property
    def signed(self) -> list[tuple[str, list[str]]]:
        """Key and texts of the phrases that the speaker ticked."""
        return [
            (entry.form.key.data, (entry.form.text.data or "").splitlines())
            for entry in self.lines
            if entry.form.right.data
        ]


class ClipForm(Form):
    """One recording: by the button of the page's script, or a file that the telephone made."""

    clip = FileField(N_("The recording"), [FileRequired(N_("Record it first, or choose a file."))])
