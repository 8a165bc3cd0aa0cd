"""What is asked of a partner: little, and in its own words."""

from collections.abc import Sequence

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectChoice, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from vwg import clock, phrases
from vwg.domain.invitations import MOST_PLEDGED, Offer
from vwg.domain.partners import KINDS, LENDS, Details
from vwg.forms import EmailField, Form, NumberField, PhoneField, VersionedForm, at_most, between, needed
from vwg.models import Invitation, Need, Partner, PartnerKind, PartStat
from vwg.phrases import N_, gettext

ANSWERS = {
    PartStat.ACCEPTED: N_("Yes"),
    PartStat.TENTATIVE: N_("We ask around"),
    PartStat.DECLINED: N_("Not this time"),
}


def website(_form: Form, field: StringField) -> None:
    """A validator: an address of the web. `www.…` without https:// is forgiven."""
    given = (field.data or "").strip()
    if given and "://" not in given:
        given = f"https://{given}"
    scheme, _, rest = given.partition("://")
    host = rest.partition("/")[0]
    if given and (scheme.lower() not in {"http", "https"} or "." not in host or "@" in host or " " in given):
        raise ValidationError(gettext(N_("This is not a web address. Write it like www.example.org.")))
    field.data = given


class PartnerForm(VersionedForm):
    """Name, kind, what they do, whom one asks; the rest stands behind "More"."""

    name = StringField(N_("Name"), [needed(N_("Give the partner's name.")), at_most(120)])
    kind = SelectField(N_("What kind of partner is it?"), choices=[SelectChoice(kind.value, said) for kind, said in KINDS.items()])
    text = TextAreaField(N_("What do they do?"), [at_most(1000)])
    contact_name = StringField(N_("Whom do we ask there?"), [at_most(80)], description=N_("Only volunteers see this."))
    contact_phone = PhoneField(N_("Telephone"))
    contact_email = EmailField(N_("E-mail"))

    contact_language = SelectField(N_("In which language do we write?"))
    lends = SelectMultipleField(N_("What do they lend?"), choices=[SelectChoice(kind, said) for kind, said in LENDS.items()])
    website = StringField(N_("Website"), [at_most(300), website])
    public_phone = PhoneField(N_("Telephone for everybody"))
    public_email = EmailField(N_("E-mail for everybody"))
    listed = BooleanField(
        N_("They said yes: we may show them on this site"),
        description=N_("Without this only volunteers see them. Take the tick away, and they are gone from the site at once."),
    )

    def __init__(self, partner: Partner | None = None, languages: Sequence[phrases.Language] = ()) -> None:
        contact = partner.contacts[0] if partner and partner.contacts else None
        super().__init__(
            obj=partner,
            data={
                "kind": (partner.kind if partner else PartnerKind.ASSOCIATION).value,
                "contact_name": contact.name if contact else "",
                "contact_phone": contact.phone if contact else "",
                "contact_email": contact.email if contact else "",
                "contact_language": contact.language if contact else phrases.SOURCE,
                "listed": partner.is_listed if partner else False,
            },
        )
        self.contact_language.choices = [SelectChoice(language.code, language.own_name) for language in languages]
        if not self.is_submitted() and partner is not None:
            self.lends.data = [asset.kind for asset in partner.assets]

    def details(self) -> Details:
        return Details(
            name=self.name.data, kind=PartnerKind(self.kind.data), text=self.text.data or "",
            contact_name=self.contact_name.data or "", contact_email=self.contact_email.data or "",
            contact_phone=self.contact_phone.data or "", contact_language=self.contact_language.data,
            public_email=self.public_email.data or "", public_phone=self.public_phone.data or "",
            website=self.website.data or "", lends=self.lends.data or [], listed=self.listed.data,
        )  # fmt: skip

    @property
    def more_is_wrong(self) -> bool:
        """Something behind "More" must be looked at again: then it stands open."""
        behind = (self.lends, self.website, self.public_phone, self.public_email, self.listed, self.contact_language)
        return any(field.errors for field in behind)


class ReplyForm(Form):
    """Three answers; after a yes what they bring, after "we ask around" until when."""

    answer = RadioField(N_("Your answer"), choices=[SelectChoice(answer.value, said) for answer, said in ANSWERS.items()], validate_choice=False)
    ask_again_at = DateField(N_("By when do you know?"), [Optional()])
    something_else = StringField(N_("Something else?"), [at_most(200)])
    replied_by = StringField(N_("Who answers?"), [at_most(80)])
    comment = TextAreaField(N_("Do you want to say something more?"), [at_most(1000)])
    consent_to_name = BooleanField(
        N_("You may name us on the poster and on the site"),
        description=N_("Without this tick nobody reads your name."),
    )
    pledges = HiddenField()  # where a rule about promises puts its sentence

    asked: list[Need] = []

    def validate_answer(self, field: RadioField) -> None:
        if field.data not in {answer.value for answer in ANSWERS}:
            raise ValidationError(gettext(N_("Choose one of the three answers.")))

    def validate_ask_again_at(self, field: DateField) -> None:
        if field.data is not None and field.data < clock.today():
            raise ValidationError(gettext(N_("Choose a day that is still to come.")))

    @property
    def counters(self) -> list[tuple[Need, NumberField]]:
        """Each need with its field."""
        return [(need, self[f"need_{need.id}"]) for need in self.asked]

    @property
    def partstat(self) -> PartStat:
        return PartStat(self.answer.data)

    def offers(self) -> list[Offer]:
        """What is promised; 0 takes it back."""
        counted = [Offer(need, field.data or 0) for need, field in self.counters]
        return [*counted, Offer(None, 1, self.something_else.data or "")]


def reply_form(invitation: Invitation, answer: str | None = None) -> ReplyForm:
    """The form of this invitation, filled with what was answered before.

    `answer` is what a link in the mail chose; opening it changes nothing. A merchant gets one open
    field instead of numbers.
    """

    class OneReply(ReplyForm):
        pass

    is_merchant = invitation.partner.kind == PartnerKind.MERCHANT
    promised = {pledge.need_id: pledge for pledge in invitation.pledges}
    asked = [
        need
        for need in invitation.event.needs
        if not is_merchant and need.date_id in {None, invitation.date_id} and (need.missing or need.id in promised)
    ]
    OneReply.asked = asked
    for need in asked:
        setattr(OneReply, f"need_{need.id}", NumberField(need.what, [between(0, MOST_PLEDGED)]))
    if is_merchant:
        OneReply.something_else = StringField(N_("What do you bring?"), [at_most(200)])
    given = invitation.partstat if invitation.partstat != PartStat.NEEDS_ACTION else None
    known = answer if answer in {each.value for each in ANSWERS} else (given.value if given else None)
    return OneReply(
        data={
            "answer": known,
            "ask_again_at": invitation.ask_again_at,
            "something_else": promised[None].what if None in promised else "",
            "replied_by": invitation.replied_by or (invitation.contact.first_name if invitation.contact else ""),
            "comment": invitation.comment,
            "consent_to_name": any(pledge.consent_to_name for pledge in promised.values()),
            **{f"need_{need.id}": promised[need.id].amount if need.id in promised else 0 for need in asked},
        }
    )
