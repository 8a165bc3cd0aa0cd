"""A canary in every personal field; then every page, feed, export, mail and line of the log, as
everybody and by everybody else's secret link. It stands only where the table says."""

import io
import logging
import re
import zipfile
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests import whole_town
from tests.conftest import Visitor, forms_of, inside, later, world_kitchen
from tests.post_office import open_post_office
from vwg import demo, links, messages, worker
from vwg.db import Base, db, locked
from vwg.domain import dates, invitations, lifts, needs, notices, own_calendars, partners, rsvps, supports, translations, vouching, welcome_places
from vwg.domain.rsvps import Party
from vwg.models import (
    Contact,
    EventDate,
    FeedKind,
    Helper,
    Look,
    Need,
    NeedKind,
    Notice,
    NoticeChannel,
    Offer,
    Partner,
    Place,
    Proposal,
    Rsvp,
    RsvpContact,
    Translator,
    User,
    WelcomePlace,
)
from vwg.planning import export

A_TOKEN = r"[0-9a-z]+\.[0-9a-hjkmnp-tv-z]{26}"
CANARIES = {
    "name": ("Zilverkanarie",),
    "phone": ("+32470007711", "32470007711", "0470 00 77 11"),
    "mail": ("zilverkanarie@example.org",),
    "nickname": ("Goudkanarie",),
    "family's phone": ("+32470007722", "32470007722", "0470 00 77 22"),
    "helper": ("Bronskanarie",),
    "helper's phone": ("+32470007733", "32470007733", "0470 00 77 33"),
    "driver": ("Koperkanarie",),
    "driver's phone": ("+32470007744", "32470007744", "0470 00 77 44"),
    "translator": ("Staalkanarie", "staalkanarie@example.org"),
    "sender": ("Tinkanarie", "tinkanarie@example.org"),
    "contact": ("Ijzerkanarie", "ijzerkanarie@example.org", "+32470007755", "32470007755", "0470 00 77 55"),
    "first name": ("Loodkanarie",),
    "surname": ("Kwikkanarie",),
    "volunteer's mail": ("kwikkanarie@example.org", "kwikkanarie2@example.org"),
    "code": (),  # filled in below
    "link": (),
}

HOST = {"planning.names", "planning.to_confirm", "planning.door_names", "planning.paper", "coaching.lifts"}
COACH = {
    "coaching.people", "coaching.dates", "coaching.sign_up", "coaching.edit_household", "coaching.party", "coaching.slip", "coaching.calls",
    "coaching.several", "coaching.share", "coaching.stand_in", "coaching.hand_over", "coaching.take_welcome", "coaching.support", "coaching.welcome_list",
}  # fmt: skip
WHO_STANDS_IN = {"coaching.ill", "coaching.share", "coaching.stand_in", "coaching.hand_over", "coaching.seen"}
AMONG_US = {"contact", "sender", "surname", "volunteer's mail"}  # whoever asks a partner or a colleague leaves no line
# Who sees which canary where; nothing else may show one.
TABLE: dict[tuple[str, str], set[str]] = {
    ("leen", "name"): HOST | {"coaching.calls", "planning.outbox", "planning.export"},  # she runs the activity, and calls or writes to who left a number
    ("leen", "phone"): {"coaching.calls", "planning.export"},
    ("leen", "mail"): {"planning.outbox", "planning.export"},  # with mail off she sends it herself
    ("leen", "nickname"): {"planning.names", "planning.door_names", "planning.paper", "planning.export"},
    ("fatma", "nickname"): COACH,
    ("fatma", "family's phone"): {"coaching.edit_household", "coaching.slip", "coaching.people", "coaching.calls"},
    ("fatma", "first name"): {"planning.outbox"},  # the mail to the partner that may know it
    **{(who, kind): {"planning.need"} for who in ("leen", "jo", "fatma") for kind in ("helper", "helper's phone")},
    **{(who, "driver"): {"coaching.offers", "coaching.lifts", "coaching.calls"} for who in ("leen", "jo", "fatma")},
    **{(who, "driver's phone"): {"coaching.offers", "coaching.calls"} for who in ("leen", "jo", "fatma")},
    **{(who, "translator"): {"translating.helpers", "planning.outbox"} for who in ("leen", "jo", "fatma")},
    **{(who, "contact"): {"partners.partner", "partners.edit", "partners.contact", "planning.outbox"} for who in ("jo", "fatma")},
    ("leen", "contact"): {"partners.partner", "partners.edit", "partners.contact", "planning.export_partners"},
    **{(who, "sender"): {"planning.answer_proposal"} for who in ("leen", "jo", "fatma")},
    **{(who, "surname"): {"accounts.sign_in"} for who in ("nobody", "bert")},  # a button of the demo
    **{(who, "surname"): {"accounts.sign_in", *WHO_STANDS_IN} for who in ("jo", "fatma")},
    ("leen", "surname"): {"accounts.sign_in", "accounts.prove", "admin.volunteers", "admin.leave", "coaching.lifts", "planning.export", *WHO_STANDS_IN},
    ("leen", "volunteer's mail"): {"admin.volunteer", "admin.volunteers"},
    ("with the slip", "name"): {"signup.mine", "signup.known", "signup.known_as_json"},
}


# ---- the house, with a canary in every personal field


class Planted:
    """`slip`: the pages of the sign-up that is called after the canary. `others`: by purpose, secret links
    that somebody else of the same activity holds."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.slip: dict[str, str] = {}
        self.others: dict[str, list[str]] = {}


@pytest.fixture
def planted(app: Flask) -> Planted:
    """The whole town; the canaries live at a date that only Leen hosts."""
    whole_town.fill(app)
    with inside(app):
        first = select(EventDate).where(EventDate.rsvps.any(Rsvp.household_id.is_not(None))).order_by(EventDate.id).limit(1)
        return plant(app, db.session.scalars(first).one())


@pytest.fixture
def small(app: Flask) -> Planted:
    """Only the kitchen, for what is looked at without a walk."""
    with inside(app):
        town = demo.cast()
        date = locked(EventDate, world_kitchen(town).dates[0].id)
        rsvps.sign_up(date, Party.of(town.amina), language="ar", household=town.amina, entered_by=town.fatma)
        return plant(app, date)


def plant(app: Flask, date: EventDate) -> Planted:
    house, event = Planted(app), date.event
    leen, fatma, jo = (db.session.scalars(select(User).where(User.demo_name == name)).one() for name in ("leen", "fatma", "jo"))
    event.hosts = [leen]
    event.facts = {**event.facts, "lift": True, "food": ["meal"]}
    needs.add(event, "afwassen", 4, NeedKind.PEOPLE)
    date = locked(EventDate, date.id)
    date.seats = None
    alone = rsvps.sign_up(date, Party(2), language="ti", name="Zilverkanarie")
    alone.contact = RsvpContact(phone="+32470007711")
    supports.ask(alone, ["lift", "halal"])
    notices.tell_rsvp("promoted", alone)
    mailed = rsvps.sign_up(date, Party(2), language="ar", name="Zilverkanarie")
    mailed.contact = RsvpContact(email="zilverkanarie@example.org")
    notices.tell_rsvp("promoted", mailed)
    for need in db.session.scalars(select(Need).order_by(Need.id)):  # on the board, for volunteers; never near a date's public pages
        db.session.add(Helper(need=need, name="Bronskanarie", phone="+32470007733"))
    for rsvp in date.rsvps:
        if rsvp.household is not None:
            rsvp.household.nickname, rsvp.household.phone = "Goudkanarie", "+32470007722"
            for coach in rsvp.household.coaches:
                coach.user = fatma
    plant_who_helps(date, leen, jo)
    house.others = links_of_others(date, alone, [leen, jo], fatma)
    db.session.commit()
    CANARIES["code"] = (rsvps.code(alone), pairs(rsvps.code(alone)))
    CANARIES["link"] = (links.token("mine", alone),)
    with app.test_request_context("/en/"):
        own = links.to("mine", alone, "en")
    ends = {"mine": "", "known": "/known", "known_as_json": "/known.json", "erase": "/erase", "give_back": "/give-back", "own_calendar": "/calendar.ics"}
    house.slip = {f"signup.{name}": own + end for name, end in ends.items()}
    return house


def plant_who_helps(date: EventDate, leen: User, jo: User) -> None:
    """Who drives, translates, proposed something, answers for a partner, took a free place; and a volunteer's
    surname and address. Those that pages with a number in their address show: the first of each."""
    leen.name, leen.email, jo.email = "Leen Kwikkanarie", "kwikkanarie@example.org", "kwikkanarie2@example.org"
    partner = first(Partner) or partners.add(partners.Details("De Brug"))
    contact = first(Contact) or partners.add_contact(partner, partners.Person("?"))
    contact.name, contact.email, contact.phone = "Ijzerkanarie", "ijzerkanarie@example.org", "+32470007755"
    driver = first(Offer) or Offer(text="Ik kan rijden.", language="nl")
    driver.name, driver.phone = "Koperkanarie", "+32470007744"
    translator = first(Translator) or Translator(language="ar")
    translator.name, translator.email = "Staalkanarie", "staalkanarie@example.org"
    proposal = first(Proposal) or Proposal(form_key="k", title="Kienen", starts_at=date.starts_at, ends_at=date.ends_at)
    proposal.sender, proposal.email = "Tinkanarie", "tinkanarie@example.org"
    choir = first(WelcomePlace) or WelcomePlace(what="zingen", welcomed_by="Mia", number=2, until=date.ends_at, partner=partner)
    db.session.add_all([driver, translator, proposal, choir])
    db.session.flush()
    for user in (leen, jo):
        vouching.vouch(driver, user)
    place = date.place or first(Place)
    assert place is not None
    lifts.drive(date, place, 4, 0, by=leen, offer=driver)
    if all(each.partner_id != contact.partner_id for each in date.event.invitations):
        invitations.invite(date.event, contact.partner, contact, "Spelen jullie?", leen)
    translations.ask(date.event, "ar", jo)
    welcome_places.take(choir, next(rsvp.household for rsvp in date.rsvps if rsvp.household is not None), 1, "Loodkanarie")


def first(noun: type[Base]) -> Any:
    return db.session.scalars(select(noun).order_by(noun.__table__.c.id).limit(1)).first()


def links_of_others(date: EventDate, alone: Rsvp, known_by: list[User], fatma: User) -> dict[str, list[str]]:
    """As near as one can come: at the same table, in the same shift, at the wheel, asked for the same."""
    event, need = date.event, date.event.needs[-1]
    partner = partners.add(partners.Details("De Harmonie", contact_name="Sien", contact_email="sien@example.org"))
    contact = partner.contacts[0]
    asked = invitations.invite(event, partner, contact, "20 stoelen?", known_by[0])
    rahim = rsvps.sign_up(date, Party(1), language="fa-AF", name="Rahim")
    helper = Helper(need=need, name="Sien", email="sien@example.org")
    driver = Offer(name="Jef", text="Ik kan rijden.", phone="+32470000032", language="nl")
    proposal = Proposal(form_key="q", title="Quiz", starts_at=date.starts_at, ends_at=date.ends_at, sender="Bert", email="bert@example.org")
    translator = Translator(name="Saba", language="ti")
    db.session.add_all([helper, driver, proposal, translator])
    db.session.flush()
    for user in known_by:
        vouching.vouch(driver, user)
    place = date.place or asked.event.dates[0].place
    assert place is not None
    lifts.ride(lifts.drive(date, place, 4, 1, by=known_by[0], offer=driver), alone)
    calendars = [
        own_calendars.give(FeedKind.VOLUNTEER, "", owner=known_by[1]), own_calendars.give(FeedKind.COACH, "", owner=fatma),
        own_calendars.give(FeedKind.PARTNER, "", partner=asked.partner), own_calendars.give(FeedKind.NEWCOMER, "", rsvp=rahim),
    ]  # fmt: skip
    rows = {
        "mine": [rahim], "reply": [asked], "own": [asked.partner], "never-mail": [contact], "monday-mail": [known_by[1]], "proposal": [proposal],
        "translate": [translator], "help": [need], "helping": [helper], "driving": [driver], "feed": calendars,
    }  # fmt: skip
    return {purpose: [links.token(purpose, row) for row in found] for purpose, found in rows.items()}


def pairs(code: str) -> str:
    return " ".join(code[place : place + 2] for place in range(0, len(code), 2))


def found_in(text: str) -> set[str]:
    return {kind for kind, signs in CANARIES.items() if any(sign in text for sign in signs)}


# ---- the walks


Seen = dict[tuple[str, str], set[str]]  # who and which canary → the pages where it stood


def test_what_people_told_stands_only_where_the_table_says(planted: Planted, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="vwg")
    seen: Seen = {}
    pages = list(whole_town.pages(planted.app, "GET"))
    with_link = [pair for pair in pages if "/<token>" in pair[0].rule]
    for who in whole_town.PEOPLE:
        visitor = whole_town.visitor_called(planted.app, who)
        for rule, path in pages:
            if (rule, path) not in with_link:
                note(seen, who, rule.endpoint, visitor.get(path))
    walk_by_links(seen, planted, with_link)
    take_lists_along(seen, planted.app, [path for rule, path in pages if rule.endpoint == "planning.export"])

    assert {key: found for key, found in seen.items() if key not in TABLE} == {}
    assert {key: found - TABLE[key] for key, found in seen.items() if found - TABLE[key]} == {}
    assert set(TABLE) <= set(seen), "the control: each canary sings where it may"
    assert "GET /<lang>/planning/dates/<date>/names 200" in caplog.text and found_in(caplog.text) == set()


def note(seen: Seen, who: str, endpoint: str, answer: TestResponse, but: frozenset[str] = frozenset()) -> None:
    if answer.status_code == 200:
        for kind in found_in(read(answer)) - but:
            seen.setdefault((who, kind), set()).add(endpoint)


def read(answer: TestResponse) -> str:
    """As text, a workbook's sheets too."""
    if answer.mimetype == export.XLSX:
        with zipfile.ZipFile(io.BytesIO(answer.data)) as workbook:
            return "\n".join(workbook.read(name).decode() for name in workbook.namelist())
    return str(answer.data.decode(errors="replace"))


def walk_by_links(seen: Seen, planted: Planted, with_link: list[tuple[Rule, str]]) -> None:
    """Every page that a secret link opens, by the link of somebody else; and the slip's own pages."""
    stranger = Visitor(planted.app)
    opened: set[str] = set()
    for rule, path in with_link:
        purpose = str(planted.app.view_functions[rule.endpoint].guard).partition(": ")[2]  # type: ignore[attr-defined]  # as guards.table reads it
        for token in planted.others.get(purpose, []):
            answer = stranger.get(re.sub(A_TOKEN, token, path), follow_redirects=True)
            opened |= {purpose} if answer.status_code == 200 else set()
            note(seen, f"by the {purpose} link of somebody else", rule.endpoint, answer)
    assert opened == set(links._NOUNS) - {"sign-in"}  # that one signs in, and whoever is signed in walked above
    for endpoint, path in planted.slip.items():
        note(seen, "with the slip", endpoint, stranger.get(path), but=frozenset({"code", "link", "phone"}))  # its own


def take_lists_along(seen: Seen, app: Flask, paths: list[str]) -> None:
    """Who comes, as a file: the one thing with names that leaves the house."""
    for who in ("leen", "jo"):
        visitor = whole_town.visitor_called(app, who)
        token = forms_of(visitor.get("/nl/account/devices").text)[0]["fields"]
        for path in paths:
            for kind in ("csv", "xlsx"):
                note(seen, who, "planning.export", visitor.client.post(path, data=dict(token) | {"kind": kind}))


def test_whoever_sees_a_canary_leaves_a_line(planted: Planted) -> None:
    """The table says which pages those are; none of them goes out without a line of who looked."""
    pages = {rule.endpoint: path for rule, path in whole_town.pages(planted.app, "GET")}
    seen, silent = 0, []
    for who in ("leen", "jo", "fatma"):
        visitor = whole_town.visitor_called(planted.app, who)
        for endpoint in sorted({page for (whose, kind), found in TABLE.items() if whose == who and kind not in AMONG_US for page in found}):
            with inside(planted.app):
                db.session.execute(delete(Look))
                db.session.commit()
            if not found_in(read(visitor.get(pages[endpoint]))) - AMONG_US:
                continue
            seen += 1
            with inside(planted.app):
                if db.session.scalars(select(Look).join(User).where(User.demo_name == who)).first() is None:
                    silent.append((who, endpoint))
    assert (silent, seen > 20) == ([], True)


def test_a_mail_names_nobody_but_whom_it_is_for_and_its_subject_nobody(small: Planted) -> None:
    with inside(small.app), small.app.test_request_context("/en/"):
        mails = db.session.scalars(select(Notice).where(Notice.recipient_kind == "rsvp", Notice.channel == NoticeChannel.MAIL)).all()
        said = [words for notice in mails if (words := messages.words(notice)) is not None]
        assert said != []
        for words in said:
            assert found_in(words.subject) == set()
            assert found_in(str(words)) <= {"name"}  # it greets whom it is for


def test_the_workers_log_says_of_nobody_who_got_a_mail_or_could_not(small: Planted, caplog: pytest.LogCaptureFixture) -> None:
    """The mail server is full, then one address is nobody's, and another takes its mail; and a night's chores long after."""
    caplog.set_level(logging.DEBUG, logger="vwg")
    with inside(small.app):
        date = locked(EventDate, db.session.scalars(select(Rsvp.date_id).where(Rsvp.name == "Zilverkanarie").limit(1)).one())
        db.session.add(RsvpContact(rsvp_id=db.session.scalars(select(Rsvp.id).where(Rsvp.name == "Rahim")).one(), email="rahim@example.org"))
        db.session.flush()
        dates.cancel(date, "Storm.", date.event.hosts[0])
        db.session.commit()
    with open_post_office(small.app) as office, small.app.app_context():
        for minutes in (0, 10, 40 * 24 * 60):
            office.is_full = minutes == 0
            office.refuses = set() if office.is_full else {"zilverkanarie@example.org"}
            with later(minutes=minutes):
                worker.go_round(None)
    assert len(office.to("rahim@example.org")) == 1 and "A mail did not leave: SMTPDataError" in caplog.text
    named = {str(letter["To"]): kinds for letter in office.letters if (kinds := found_in(words_of(letter)))}
    own = {"kwikkanarie@example.org": {"volunteer's mail"}, "kwikkanarie2@example.org": {"volunteer's mail"}, "staalkanarie@example.org": {"translator"}}
    assert named == own | {"ijzerkanarie@example.org": {"contact", "first name"}}  # each to themselves; a first name to who may know it
    assert [letter for letter in office.letters if found_in(str(letter["Subject"]))] == []
    assert found_in(caplog.text) == set()


def words_of(letter: EmailMessage) -> str:
    """Whom it is for and all it says, each part decoded."""
    parts = [str(part.get_content()) for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, letter.values()), *parts])


def test_a_stolen_database_names_people_only_in_their_own_tables(small: Planted) -> None:
    """And opens no link: neither a link nor a code stands in it."""
    rows = whole_town.everything(small.app)
    places = {(table, kind) for table, lines in rows.items() for line in lines for kind in found_in(line)}

    assert places == {
        ("rsvp", "name"), ("rsvp_contact", "phone"), ("rsvp_contact", "mail"), ("household", "nickname"), ("household", "family's phone"),
        ("helper", "helper"), ("helper", "helper's phone"), ("offer", "driver"), ("offer", "driver's phone"), ("translator", "translator"),
        ("contact", "contact"), ("proposal", "sender"), ("welcome_taken", "first name"), ("user", "surname"), ("user", "volunteer's mail"),
    }  # fmt: skip
