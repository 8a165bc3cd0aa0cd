"""What is asked of a partner: little, and in its own words."""

from collections.abc import Callable, Sequence

from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from vwg import clock, phrases
from vwg.domain import numbers
from vwg.domain.errors import RuleBroken
from vwg.domain.invitations import MOST_PLEDGED, Offer
from vwg.domain.listings import Listing
from vwg.domain.partners import CHANNELS, KINDS, LENDS, LONGEST_LENDS_NOTE, Details, Person
from vwg.domain.relations import LONGEST_NOTE
from vwg.forms import EmailField, Form, NumberField, PhoneField, VersionedForm, at_most, between, needed
from vwg.models import Contact, ContactChannel, Invitation, Need, Partner, PartnerKind, PartStat
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
    sure = BooleanField(N_("No, this is somebody else"))

    contact_language = SelectField(N_("In which language do we write?"))
    contact_channel = SelectField(N_("How do they like to be asked?"), choices=[SelectChoice(channel.value, said) for channel, said in CHANNELS.items()])
    lends = SelectMultipleField(N_("What do they lend?"), choices=[SelectChoice(kind, said) for kind, said in LENDS.items()])
    tags = StringField(N_("On which lists of ours do they stand?"), [at_most(200)], description=N_("Words of your own, with a comma between them: sport, neighbours of Skala. You can ask a whole list at once."))
    place_name = StringField(N_("Name of the building, if it has one"), [at_most(120)])
    street = StringField(N_("Street and number"), [at_most(120)])
    postcode = StringField(N_("Postcode"), [at_most(10)])
    town = StringField(N_("Town or village"), [at_most(80)])
    access = StringField(N_("Getting in"), [at_most(300)], description=N_("Steps, a lift, the bell at the back."))
    opening_hours = StringField(N_("Opening hours"), [at_most(300)])
    languages = SelectMultipleField(N_("Which languages do they speak?"))
    website = StringField(N_("Website"), [at_most(300), website])
    kbo = StringField(N_("Enterprise number (KBO)"), [at_most(40)])
    vcode = StringField(N_("V-code of an association"), [at_most(20)])
    without_numbers = BooleanField(N_("Save without these numbers"))
    public_phone = PhoneField(N_("Telephone for everybody"))
    public_email = EmailField(N_("E-mail for everybody"))
    listed = BooleanField(
        N_("They said yes: we may show them on this site"),
        description=N_("Without this only volunteers see them. Take the tick away, and they are gone from the site at once."),
    )
    trusted = BooleanField(N_("We trust this partner"), description=N_("What they change on their own page counts at once."))

    def __init__(self, partner: Partner | None = None, languages: Sequence[phrases.Language] = ()) -> None:
        contact = partner.contacts[0] if partner and partner.contacts else None
        place = partner.place if partner else None
        super().__init__(
            obj=partner,
            data={
                "kind": (partner.kind if partner else PartnerKind.ASSOCIATION).value,
                "contact_name": contact.name if contact else "",
                "contact_phone": contact.phone if contact else "",
                "contact_email": contact.email if contact else "",
                "contact_language": contact.language if contact else phrases.SOURCE,
                "contact_channel": (contact.channel if contact else ContactChannel.MAIL).value,
                "place_name": place.name if partner and place and place.name != partner.name else "",
                "street": place.street if place else "", "postcode": place.postcode if place else "",
                "town": place.town if place else "", "access": place.access if place else "",
                "listed": partner.is_listed if partner else False,
            },
        )  # fmt: skip
        self.contact_language.choices = [SelectChoice(language.code, language.own_name) for language in languages]
        self.languages.choices = self.contact_language.choices
        if not self.is_submitted() and partner is not None:
            self.lends.data = [asset.kind for asset in partner.assets]
            for asset in partner.assets:
                if asset.kind in LENDS:
                    self[f"lends_{asset.kind}"].data = asset.note
            self.tags.data = ", ".join(each.tag for each in partner.tags)
            self.kbo.data = numbers.shown_kbo(partner.kbo)

    def validate_kbo(self, field: StringField) -> None:
        self._check_number(field, numbers.kbo)

    def validate_vcode(self, field: StringField) -> None:
        self._check_number(field, numbers.vcode)

    def _check_number(self, field: StringField, read: Callable[[str], str]) -> None:
        """A wrong number is said, and may be left out."""
        try:
            read(field.data or "")
        except RuleBroken as refusal:
            if not self.without_numbers.data:
                raise ValidationError(str(refusal)) from None
            field.data = ""

    def details(self) -> Details:
        texts = {name: self[name].data or "" for name in (
            "text", "contact_name", "contact_email", "contact_phone", "public_email", "public_phone", "website", "place_name", "street",
            "postcode", "town", "access", "opening_hours", "kbo", "vcode",
        )}  # fmt: skip
        return Details(
            name=self.name.data or "", kind=PartnerKind(self.kind.data), contact_language=self.contact_language.data,
            contact_channel=ContactChannel(self.contact_channel.data), lends=self.lends.data or [], listed=self.listed.data,
            lends_notes={kind: self[f"lends_{kind}"].data or "" for kind in LENDS}, languages=self.languages.data or [], tags=(self.tags.data or "").split(","), trusted=self.trusted.data, **texts,
        )  # fmt: skip

    @property
    def numbers_are_wrong(self) -> bool:
        return bool(self.kbo.errors or self.vcode.errors or self.without_numbers.data)

    @property
    def more_is_wrong(self) -> bool:
        """Something behind "More" must be looked at again: then it stands open."""
        seen = {"name", "kind", "text", "contact_name", "contact_phone", "contact_email"}
        return self.numbers_are_wrong or any(field.errors for field in self if field.name not in seen)


for _kind in LENDS:  # a line beside each thing they lend: how many, until when, whom to ask
    setattr(PartnerForm, f"lends_{_kind}", StringField(N_("How many, how large?"), [at_most(LONGEST_LENDS_NOTE)]))


class ContactForm(Form):
    """One of the people at a partner; only volunteers see it."""

    name = StringField(N_("Name"), [at_most(80)])
    role = StringField(N_("What do they do there?"), [at_most(80)])
    phone = PhoneField(N_("Telephone"))
    email = EmailField(N_("E-mail"))
    language = SelectField(N_("In which language do we write?"))
    channel = SelectField(N_("How do they like to be asked?"), choices=[SelectChoice(channel.value, said) for channel, said in CHANNELS.items()])
    signs_in = BooleanField(
        N_("They want to sign in"), description=N_("By a link in a mail. They see the page of their own association or shop, and nothing else of ours.")
    )

    def __init__(self, contact: Contact | None, languages: Sequence[phrases.Language]) -> None:
        known = {"language": phrases.SOURCE, "channel": ContactChannel.MAIL.value} if contact is None else {"channel": contact.channel.value, "signs_in": contact.user_id is not None}
        super().__init__(obj=contact, data=known)
        self.language.choices = [SelectChoice(language.code, language.own_name) for language in languages]

    def person(self) -> Person:
        return Person(
            self.name.data or "", self.role.data or "", self.email.data or "", self.phone.data or "", self.language.data,
            ContactChannel(self.channel.data), self.signs_in.data,
        )  # fmt: skip


class NoteForm(Form):
    text = TextAreaField(
        N_("Write something down"), [at_most(LONGEST_NOTE)],
        description=N_("About the partner only. Write nothing about the people we help: no names, no stories."),
    )  # fmt: skip


class MergeForm(Form):
    """Which of two stays."""

    other = SelectField(N_("Who is the same?"), validate_choice=False)

    def offer(self, others: Sequence[tuple[str, str]]) -> None:
        """None of them is chosen beforehand: it cannot be undone."""
        self.other.choices = [SelectChoice("", ""), *(SelectChoice(public_id, name) for public_id, name in others)]


class ListingForm(Form):
    """What a partner says about itself, on its own page."""

    name = StringField(N_("Name"), [needed(N_("Give a name.")), at_most(120)])
    text = TextAreaField(N_("What do you do?"), [at_most(1000)])
    opening_hours = StringField(N_("Opening hours"), [at_most(300)])
    website = StringField(N_("Website"), [at_most(300), website])
    public_phone = PhoneField(N_("Telephone for everybody"))
    public_email = EmailField(N_("E-mail for everybody"))

    def listing(self) -> Listing:
        return Listing(**{name: self[name].data or "" for name in ("name", "text", "opening_hours", "website", "public_phone", "public_email")})


class ReplyForm(Form):
    """Three answers; after a yes what they bring, after "we ask around" until when."""

    answer = RadioField(N_("Your answer"), choices=[SelectChoice(answer.value, said) for answer, said in ANSWERS.items()], validate_choice=False)
    ask_again_at = DateField(N_("By when do you know?"), [Optional()])
    something_else = StringField(N_("Something else?"), [at_most(200)])
    replied_by = StringField(N_("Who answers?"), [at_most(80)])
    contact_on_day = StringField(N_("Whom can we call on the day itself?"), [at_most(120)])
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
        for need in invitation.needs
        if not is_merchant and (need.missing or need.id in promised)
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
            "contact_on_day": invitation.contact_on_day,
            "comment": invitation.comment,
            "consent_to_name": any(pledge.consent_to_name for pledge in promised.values()),
            **{f"need_{need.id}": promised[need.id].amount if need.id in promised else 0 for need in asked},
        }
    )
