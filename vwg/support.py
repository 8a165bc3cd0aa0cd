"""The ticks of what would help, on a newcomer's own page and on their coach's."""

from collections.abc import Sequence

from wtforms import SelectChoice, SelectField, SelectMultipleField

from vwg.domain import supports
from vwg.forms import Form
from vwg.models import Rsvp
from vwg.phrases import N_


class AsksSupport(Form):
    """A tick for each thing that the activity can give; `offer` says which."""

    kinds = SelectMultipleField(N_("What would help you?"), validate_choice=False)
    interpreter_language = SelectField(N_("Which language?"), validate_choice=False)

    def offer(self, kinds: Sequence[supports.Kind], rsvp: Rsvp) -> None:
        self.kinds.choices = [SelectChoice(kind.key, kind.title) for kind in kinds]
        self.interpreter_language.choices = [SelectChoice(each.code, each.own_name) for each in supports.interpreter_languages()]
        if self.kinds.raw_data is None:  # this form was not sent
            asked = {support.kind: support.language for support in rsvp.supports}
            self.kinds.data = list(asked)
            self.interpreter_language.data = asked.get(supports.INTERPRETER) or rsvp.language

    @property
    def spoken(self) -> str:
        """The interpreter's language; empty where it is none of ours."""
        known = {each.code for each in supports.interpreter_languages()}
        return self.interpreter_language.data if self.interpreter_language.data in known else ""
