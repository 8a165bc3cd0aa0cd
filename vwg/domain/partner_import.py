"""Partners from a table, and back: columns are matched by their names, each row is judged by itself.

Looking and importing are the same judgement. A partner that stands here already is left as it is,
so that a second run adds nobody, and neither do two runs at once.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy.orm import joinedload

from vwg.db import alone, db
from vwg.domain import doubles, errors, numbers, partners
from vwg.domain.partners import KINDS, Details
from vwg.formats import table
from vwg.models import Partner, PartnerKind
from vwg.models.partner import host_of
from vwg.phrases import N_, folded, gettext

MOST_ROWS = 2000
MOST_BYTES = 700 * 1024  # carried along packed from the look to the button, within a form
LONGEST_CELL = 1000
LONGEST_NAME = 120

COLUMNS = {
    "name": N_("Name"),
    "kind": N_("Kind"),
    "text": N_("What they do"),
    "contact_name": N_("Whom do we ask there?"),
    "contact_phone": N_("Telephone"),
    "contact_email": N_("E-mail"),
    "website": N_("Website"),
    "street": N_("Street and number"),
    "postcode": N_("Postcode"),
    "town": N_("Town or village"),
    "opening_hours": N_("Opening hours"),
    "public_phone": N_("Telephone for everybody"),
    "public_email": N_("E-mail for everybody"),
    "kbo": N_("Enterprise number (KBO)"),
    "vcode": N_("V-code of an association"),
    "lends": N_("What do they lend?"),
    "tags": N_("List"),
    "listed": N_("They said yes: we may show them on this site"),
}

# What columns are called in the lists that people have, folded.
_CALLED = {
    "name": ("naam", "name", "organisatie", "vereniging", "partner", "nom", "organisation", "naam vereniging"),
    "kind": ("soort", "kind", "type", "aard"),
    "text": ("wat ze doen", "omschrijving", "beschrijving", "text", "description", "what they do", "info"),
    "contact_name": ("contact", "contactpersoon", "contact_name", "voornaam", "verantwoordelijke", "contact name"),
    "contact_phone": ("telefoon", "tel", "gsm", "phone", "contact_phone", "telefoonnummer", "telephone", "mobiel"),
    "contact_email": ("e-mail", "email", "mail", "contact_email", "e-mailadres", "mailadres"),
    "website": ("website", "web", "site", "url", "webadres"),
    "street": ("straat", "street", "adres", "straat en nummer", "address"),
    "postcode": ("postcode", "zip", "post code"),
    "town": ("gemeente", "plaats", "stad", "town", "woonplaats", "dorp"),
    "opening_hours": ("openingsuren", "opening_hours", "uren"),
    "public_phone": ("public_phone", "telefoon voor iedereen"),
    "public_email": ("public_email", "e-mail voor iedereen"),
    "kbo": ("kbo", "ondernemingsnummer", "kbo-nummer", "btw", "enterprise number"),
    "vcode": ("vcode", "v-code"),
    "lends": ("lends", "leent", "leent uit", "uitlenen"),
    "tags": ("tags", "lijst", "lijsten", "labels"),
    "listed": ("listed", "toestemming", "op de site"),
}
_KINDS = {
    PartnerKind.ASSOCIATION: ("vereniging", "association", "vzw", "club"), PartnerKind.MERCHANT: ("handelaar", "winkel", "horeca", "merchant", "shop", "zaak", "restaurant"),
    PartnerKind.PUBLIC_BODY: ("overheid", "openbare dienst", "public_body", "gemeente", "ocmw", "dienst"), PartnerKind.SCHOOL: ("school", "onderwijs"),
    PartnerKind.CARE: ("zorg", "care", "welzijn"), PartnerKind.FAITH: ("geloof", "faith", "kerk", "moskee", "geloofsgemeenschap"),
    PartnerKind.COMPANY: ("bedrijf", "company", "firma", "onderneming"),
}  # fmt: skip
YES = {"ja", "yes", "x", "1", "oui", "true", "waar"}


@dataclass(frozen=True)
class Sheet:
    """`head` are the names of its columns; each row has its line number as people count them, from 1.

    `is_guessed`: the file does not say how its letters are written.
    """

    head: list[str]
    rows: list[tuple[int, list[str]]]
    is_guessed: bool = False


@dataclass
class Judged:
    """A row: new, or `known` as a partner, or `problems` that keep it out. `line` as in the file.

    `left_out`: numbers that do not fit, without which it comes in.
    """

    line: int
    details: Details
    problems: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    wrong_numbers: bool = False  # nothing but its numbers keeps it out
    known: Partner | None = None
    twice_of: int | None = None  # the earlier line that is the same partner

    @property
    def is_new(self) -> bool:
        return not self.problems and self.known is None and self.twice_of is None


def sheet(data: bytes) -> Sheet:
    """Raises NotAList, OtherLetters, ListTooLarge, ListTooLong."""
    if len(data) > MOST_BYTES:
        raise errors.ListTooLong(most=MOST_ROWS) if data.count(b"\n") > MOST_ROWS else errors.ListTooLarge
    try:
        lines = table.read(data)
    except UnicodeDecodeError:
        raise errors.OtherLetters from None
    except (ValueError, csv.Error):
        raise errors.NotAList from None
    rows = [(number, row) for number, row in enumerate(lines, 1) if any(row)]
    if len(rows) < 2 or not any(any(sign.isalpha() for sign in cell) for cell in rows[0][1]):
        raise errors.NotAList
    if len(rows) - 1 > MOST_ROWS:
        raise errors.ListTooLong(most=MOST_ROWS)
    return Sheet(rows[0][1], rows[1:], table.is_guessed(data))


def matched(head: Sequence[str]) -> dict[str, int]:
    """Which of our columns stands where, by its name; what is not recognised is for people to say."""
    found: dict[str, int] = {}
    for ours, names in _CALLED.items():
        said = {*names, ours, folded(COLUMNS[ours]), folded(gettext(COLUMNS[ours]))}
        where = next((number for number, cell in enumerate(head) if folded(cell).strip() in said and number not in found.values()), None)
        if where is not None:
            found[ours] = where
    return found


def judge(given: Sheet, columns: dict[str, int], without_numbers: bool = False) -> list[Judged]:
    """Each row, changing nothing. `without_numbers`: a number that does not fit is left out, and its row comes in.

    Raises NoNameColumn.
    """
    if "name" not in columns:
        raise errors.NoNameColumn
    index = _Index()
    judged = []
    for line, row in given.rows:
        one = _read(line, {ours: row[where] if where < len(row) else "" for ours, where in columns.items()}, without_numbers)
        if not one.problems:
            seen = index.find(one.details)
            one.known, one.twice_of = (seen, None) if isinstance(seen, Partner) else (None, seen)
            if seen is None:
                index.add(one.details, line)
        judged.append(one)
    return judged


def bring_in(given: Sheet, columns: dict[str, int], without_numbers: bool = False) -> list[Judged]:
    """Adds those that are new. Judged once nobody else brings anything in, so that two of the same at once add
    each partner once. Raises NoNameColumn."""
    alone("partners")
    judged = judge(given, columns, without_numbers)
    for one in judged:
        if one.is_new:
            partners.add(one.details)
    return judged


def exported() -> bytes:
    """All partners with the same columns, so that it can be read again."""
    everybody = db.session.scalars(partners.with_what_a_list_shows(Partner.known().order_by(Partner.sorted_by, Partner.id)).options(joinedload(Partner.place))).all()
    return table.written(list(COLUMNS), (_row_of(partner) for partner in everybody))


# ---- inside


class _Index:
    """Everybody by what they are recognised by, read once: a file has many rows."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], Partner | int] = {}
        self._named: dict[str, list[tuple[str, Partner | int]]] = defaultdict(list)  # by bare name, each with its town
        for partner in db.session.scalars(Partner.known().options(joinedload(Partner.place)).order_by(Partner.id)):
            self._keep(_keys(partner.kbo, partner.vcode, partner.web_host), partner.name, partner.place.town if partner.place else "", partner)

    def find(self, details: Details) -> Partner | int | None:
        """By number or website; else by name, unless both say a town and they differ."""
        sure = next((self._seen[key] for key in _keys_of(details) if key in self._seen), None)
        town = folded(details.town)
        return sure or next((who for where, who in self._named[doubles.bare_name(details.name)] if not town or not where or where == town), None)

    def add(self, details: Details, line: int) -> None:
        self._keep(_keys_of(details), details.name, details.town, line)

    def _keep(self, keys: list[tuple[str, str]], name: str, town: str, who: Partner | int) -> None:
        for key in keys:
            self._seen.setdefault(key, who)
        self._named[doubles.bare_name(name)].append((folded(town), who))


def _keys_of(details: Details) -> list[tuple[str, str]]:
    return _keys(numbers.kbo(details.kbo), numbers.vcode(details.vcode), host_of(details.website))


def _keys(kbo: str, vcode: str, host: str) -> list[tuple[str, str]]:
    own = "" if host in doubles.SHARED_HOSTS else host
    return [key for key in (("kbo", kbo), ("vcode", vcode), ("host", own)) if key[1]]


def _read(line: int, cells: dict[str, str], without_numbers: bool) -> Judged:
    problems: list[str] = []
    misfits: list[str] = []

    def checked(name: str, read: Callable[[str], object], sentence: str) -> str:
        try:
            return str(read(cells.get(name, "")))
        except (ValueError, errors.RuleBroken):
            (misfits if name in {"kbo", "vcode"} else problems).append(gettext(sentence) % {"text": cells[name][:40]})
            return ""

    too_long = [name for name, cell in cells.items() if len(cell) > (LONGEST_NAME if name == "name" else LONGEST_CELL)]
    problems += [gettext(N_("Too long: %(text)s")) % {"text": gettext(COLUMNS[name])} for name in too_long]
    if not cells.get("name", "").strip():
        problems.append(gettext(N_("There is no name.")))
    lends = _lends(cells.get("lends", ""))
    details = Details(
        name=" ".join(cells.get("name", "").split()), kind=_kind(cells.get("kind", "")), text=cells.get("text", ""),
        contact_name=cells.get("contact_name", ""), street=cells.get("street", ""), postcode=cells.get("postcode", ""), town=cells.get("town", ""),
        opening_hours=cells.get("opening_hours", ""), tags=cells.get("tags", "").split(","),
        contact_phone=checked("contact_phone", _phone, N_("This is not a telephone number: %(text)s")),
        public_phone=checked("public_phone", _phone, N_("This is not a telephone number: %(text)s")),
        contact_email=checked("contact_email", _email, N_("This is not an e-mail address: %(text)s")),
        public_email=checked("public_email", _email, N_("This is not an e-mail address: %(text)s")),
        website=checked("website", _website, N_("This is not a web address: %(text)s")),
        kbo=checked("kbo", numbers.kbo, N_("This is not an enterprise number: %(text)s")),
        vcode=checked("vcode", numbers.vcode, N_("This is not a V-code: %(text)s")),
        lends=list(lends), lends_notes=lends, listed=folded(cells.get("listed", "")).strip() in YES,
    )  # fmt: skip
    if without_numbers:
        return Judged(line, details, problems, left_out=misfits)
    return Judged(line, details, problems + misfits, wrong_numbers=bool(misfits) and not problems)


def _kind(given: str) -> PartnerKind:
    said = folded(given).strip()
    for kind, names in _KINDS.items():
        if said and (said in names or said in {kind.value, folded(KINDS[kind]), folded(gettext(KINDS[kind]))}):
            return kind
    return PartnerKind.ASSOCIATION


def _lends(given: str) -> dict[str, str]:
    """`hall, chairs`, or with what to know `hall: 60 people | chairs`: each kind with its line."""
    said = {}
    for part in given.split("|" if ":" in given or "|" in given else ","):
        word, _, note = part.partition(":")
        said[folded(word).strip()] = note.strip()
    found = {}
    for kind, words in partners.LENDS.items():
        if called := said.keys() & {kind, folded(words), folded(gettext(words))}:
            found[kind] = said[min(called)]
    return found


def _phone(given: str) -> str:
    if not given.strip():
        return ""
    try:
        number = phonenumbers.parse(given.replace("/", " "), "BE")
    except phonenumbers.NumberParseException:
        raise ValueError(given) from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(given)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(given: str) -> str:
    if not given.strip():
        return ""
    try:
        return validate_email(given.strip(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        raise ValueError(given) from None


def _website(given: str) -> str:
    text = given.strip()
    if not text:
        return ""
    text = text if "://" in text else f"https://{text}"
    scheme, _, rest = text.partition("://")
    host = rest.partition("/")[0]
    if scheme.lower() not in {"http", "https"} or "." not in host or "@" in host or " " in text:
        raise ValueError(given)
    return text


def _row_of(partner: Partner) -> list[str]:
    contact, place = partners.contact_for_asking(partner), partner.place
    values = {
        "name": partner.name, "kind": partner.kind.value, "text": partner.text, "website": partner.website, "opening_hours": partner.opening_hours,
        "contact_name": contact.name if contact else "", "contact_phone": contact.phone if contact else "", "contact_email": contact.email if contact else "",
        "street": place.street if place else "", "postcode": place.postcode if place else "", "town": place.town if place else "",
        "public_phone": partner.public_phone, "public_email": partner.public_email, "kbo": partner.kbo, "vcode": partner.vcode,
        "lends": " | ".join(f"{asset.kind}: {asset.note}" if asset.note else asset.kind for asset in partner.assets), "tags": ", ".join(each.tag for each in partner.tags), "listed": "ja" if partner.is_listed else "",
    }  # fmt: skip
    return [values[name] for name in COLUMNS]
