"""What a volunteer says when asking partners, and when writing down what they answered."""

from collections.abc import Sequence

from wtforms import BooleanField, DateField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from vwg import clock, phrases
from vwg.domain.invitations import MOST_PLEDGED, Offer
from vwg.forms import Form, NumberField, at_most, between
from vwg.models import Event, EventDate, Invitation, Need, Partner, PartStat
from vwg.phrases import N_, gettext

ALL_DATES = "all"


class InviteForm(Form):
    """Whom, with which line, by when."""

    partners = SelectMultipleField(N_("Whom do you ask?"), coerce=int)
    asks = TextAreaField(
        N_("Your line to them"), [at_most(600)], description=N_("What is needed, when and where stands in the mail by itself.")
    )
    date = SelectField(N_("For which date?"))
    reply_by = DateField(N_("We would like to know before"), [Optional()])
    in_person = BooleanField(N_("I asked already, in person or by phone"), description=N_("Then nobody is mailed or called."))

    def __init__(self, event: Event, known: Sequence[Partner]) -> None:
        super().__init__()
        invited = {invitation.partner_id for invitation in event.invitations}
        ahead = [date for date in event.dates if not date.is_over]
        self.partners.choices = [SelectChoice(partner.id, partner.name) for partner in known if partner.id not in invited or self.is_submitted()]
        self.date.choices = [
            SelectChoice(ALL_DATES, gettext(N_("All dates"))),
            *(SelectChoice(date.public_id, phrases.when(date.starts_at, date.ends_at)) for date in ahead),
        ]
        if not self.is_submitted():
            self.date.data = ALL_DATES

    def validate_partners(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(gettext(N_("Tick at least one partner.")))

    def validate_reply_by(self, field: DateField) -> None:
        if field.data is not None and field.data < clock.today():
            raise ValidationError(gettext(N_("Choose a day that is still to come.")))

    def chosen_date(self, event: Event) -> EventDate | None:
        """The one date they are asked for; None is all of them."""
        return next((date for date in event.dates if date.public_id == self.date.data), None)


class NoteForm(Form):
    """An answer that came by mouth: a free line, what they bring if it was said, and one of three buttons."""

    comment = StringField(N_("What did they say?"), [at_most(1000)])
    ask_again_at = DateField(N_("When do they know?"), [Optional()])
    something_else = StringField(N_("Something else"), [at_most(200)])
    answer = StringField()  # the button that was pressed

    asked: list[Need] = []

    def validate_answer(self, field: StringField) -> None:
        if field.data not in {PartStat.ACCEPTED, PartStat.TENTATIVE, PartStat.DECLINED}:
            raise ValidationError(gettext(N_("Choose one of the three answers.")))

    @property
    def counters(self) -> list[tuple[Need, NumberField]]:
        """Each need with its field."""
        return [(need, self[f"need_{need.id}"]) for need in self.asked]

    def offers(self) -> list[Offer]:
        """What was said of each need; 0 takes it back."""
        return [*(Offer(need, field.data or 0) for need, field in self.counters), Offer(None, 1, self.something_else.data or "")]


def note_form(invitation: Invitation) -> NoteForm:
    """The form of this invitation, with what was promised before."""

    class OneNote(NoteForm):
        pass

    promised = {pledge.need_id: pledge for pledge in invitation.pledges}
    OneNote.asked = [need for need in invitation.event.needs if need.missing or need.id in promised]
    for need in OneNote.asked:
        setattr(OneNote, f"need_{need.id}", NumberField(need.what, [between(0, MOST_PLEDGED)]))
    return OneNote(
        data={
            "comment": invitation.comment,
            "ask_again_at": invitation.ask_again_at,
            "something_else": promised[None].what if None in promised else "",
            **{f"need_{need.id}": promised[need.id].amount if need.id in promised else 0 for need in OneNote.asked},
        }
    )
