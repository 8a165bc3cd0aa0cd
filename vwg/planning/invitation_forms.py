"""What a volunteer says when asking partners, and when writing down what they answered."""

from collections.abc import Mapping, Sequence

from wtforms import BooleanField, DateField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from vwg import clock, phrases
from vwg.domain.invitations import MOST_PLEDGED, Offer
from vwg.domain.partners import KINDS, LENDS, Wanted
from vwg.forms import Form, NumberField, at_most, between
from vwg.models import Event, EventDate, Invitation, Need, PartnerKind, PartStat, Way
from vwg.phrases import N_, gettext

ALL_DATES = "all"

WAYS = {
    Way.HOUSE: N_("By mail; who has no mail is called"),
    Way.WHATSAPP: N_("By WhatsApp, from my own phone"),
    Way.VISIT: N_("I asked already, when I was there"),
    Way.CALL: N_("I asked already, by telephone"),
}


class InviteForm(Form):
    """Whom, with which line, by when. Its other buttons only look: `find`, `tick_all`, `preview`."""

    q = StringField(N_("Search by name or words"), [at_most(100)])
    kind = SelectField(N_("Kind"), choices=[SelectChoice("", N_("All kinds")), *(SelectChoice(kind.value, said) for kind, said in KINDS.items())], validate_choice=False)
    lends = SelectField(N_("Who lends?"), choices=[SelectChoice("", N_("Anything")), *(SelectChoice(kind, said) for kind, said in LENDS.items())], validate_choice=False)
    tag = SelectField(N_("Which list?"), validate_choice=False)
    never = BooleanField(N_("Never asked yet"))
    partners = SelectMultipleField(N_("Whom do you ask?"), coerce=int, choices=[], validate_choice=False)
    asks = TextAreaField(
        N_("Your line to them"), [at_most(600)], description=N_("What is needed, when and where stands in the mail by itself.")
    )
    date = SelectField(N_("For which date?"))
    reply_by = DateField(N_("We would like to know before"), [Optional()])
    way = RadioField(N_("How do you ask?"), choices=[SelectChoice(way.value, said) for way, said in WAYS.items()], default=Way.HOUSE.value)

    def __init__(self, event: Event, tags: Sequence[str], found_by: Mapping[str, str]) -> None:
        super().__init__(data={"q": found_by.get("q", ""), "kind": found_by.get("kind", ""), "lends": found_by.get("lends", ""), "tag": found_by.get("tag", "")})
        ahead = [date for date in event.dates if not (date.is_over or date.is_cancelled)]
        self.tag.choices = [SelectChoice("", gettext(N_("All lists"))), *(SelectChoice(tag, tag) for tag in tags)]
        self.date.choices = [
            SelectChoice(ALL_DATES, gettext(N_("All dates"))),
            *(SelectChoice(date.public_id, phrases.when(date.starts_at, date.ends_at)) for date in ahead),
        ]
        if not self.is_submitted():
            asked_for = found_by.get("date", "")
            self.date.data = asked_for if any(date.public_id == asked_for for date in ahead) else ALL_DATES
        elif self.way.data is None:
            self.way.data = Way.HOUSE.value

    @property
    def ticked(self) -> list[int]:
        """A number that no row can have is left out."""
        return [each for each in self.partners.data or [] if 0 < each < 2**31]

    @property
    def wanted(self) -> Wanted:
        kind = PartnerKind(self.kind.data) if self.kind.data in set(PartnerKind) else None
        return Wanted(self.q.data or "", kind, self.lends.data or "", self.tag.data or "", bool(self.never.data), only_listed=False)

    @property
    def is_narrow(self) -> bool:
        """Something was looked for."""
        return self.wanted != Wanted(only_listed=False)

    @property
    def asks_in(self) -> Way:
        return Way(self.way.data)

    def validate_partners(self, field: SelectMultipleField) -> None:
        if not self.ticked:
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
    contact_on_day = StringField(N_("Whom do we call on the day itself?"), [at_most(120)])
    consent_to_name = BooleanField(N_("They said yes: we may name them on the poster and on the site"))
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
    OneNote.asked = [need for need in invitation.needs if need.missing or need.id in promised]
    for need in OneNote.asked:
        setattr(OneNote, f"need_{need.id}", NumberField(need.what, [between(0, MOST_PLEDGED)]))
    return OneNote(
        data={
            "comment": invitation.comment,
            "contact_on_day": invitation.contact_on_day,
            "ask_again_at": invitation.ask_again_at,
            "something_else": promised[None].what if None in promised else "",
            "consent_to_name": any(pledge.consent_to_name for pledge in promised.values()),
            **{f"need_{need.id}": promised[need.id].amount if need.id in promised else 0 for need in OneNote.asked},
        }
    )
