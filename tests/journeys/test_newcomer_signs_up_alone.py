"""Amina is new in town. She has a phone, no e-mail, and reads Arabic."""

import re
from html import unescape
from typing import Any

from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg import demo
from vwg.db import db, locked
from vwg.domain import dates, rsvps
from vwg.domain.rsvps import Party
from vwg.models import EventDate, User


def links_of(page: Any) -> list[tuple[str, str]]:
    """(words, address) of each link, as a finger finds them."""
    found = re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', page.text, re.DOTALL)
    return [(re.sub(r"<[^>]+>|\s+", " ", words).strip(), unescape(address)) for address, words in found]


def leads_to(page: Any, part: str) -> str:
    return next(address for _, address in links_of(page) if part in address)


def test_newcomer_signs_up_alone_in_arabic(app: Flask) -> None:
    with inside(app):
        cast = demo.cast()
        world_kitchen(cast, seats=5, text="We koken samen.", facts={"food": ["halal"], "wheelchair": True}, dutch_level=1)
        world_kitchen(cast, published=False)
        db.session.commit()
    amina = Visitor(app)

    # Her phone speaks Arabic; so does the house, from right to left.
    front = amina.get("/", headers={"Accept-Language": "ar-SY,ar;q=0.9"})
    assert front.location == "/ar/agenda/"
    agenda = amina.get(front.location)
    assert '<html lang="ar" dir="rtl">' in agenda.text
    assert agenda.text.count("Wereldkeuken") == 1  # the draft is not there

    # The facts are said in Arabic though nobody translated the text; the text is Dutch and says so.
    activity = amina.get(leads_to(agenda, "wereldkeuken"))
    main = activity.text[activity.text.index("<main") :]
    assert '<div lang="nl" dir="ltr"><p dir="auto">We koken samen.</p></div>' in main
    assert "There is food" not in main and "halal" not in main and "Wheelchair" not in main

    # Three touches: I am coming, a number, I am coming. No name, no e-mail, no phone, no account.
    sign_up = leads_to(activity, "/signup/d")
    own = amina.press(sign_up, {"people": "4"})
    assert own.status_code == 200
    assert '<html lang="ar" dir="rtl">' in own.text
    assert "السبت" in own.text and "21/3" in own.text and "14:00" in own.text
    assert "Zaterdag 21 maart 2026 van 14:00 tot 18:00" in own.text
    assert "Zaal Skala" in own.text and ">Leen<" in own.text
    code = re.search(r'class="code" dir="ltr">([\d ]{11})<', own.text)
    assert code is not None

    # A day later, on a neighbour's phone: the activity and the eight digits, typed as she writes them.
    neighbour = Visitor(app)
    door = leads_to(neighbour.get("/ar/agenda/"), "/signup/code")
    with inside(app):
        event = db.session.scalars(select(EventDate).where(EventDate.rsvps.any())).one().event.public_id
    typed = code.group(1).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    wrong = neighbour.press(door, {"event": event, "digits": "11 11 11 11"})
    assert wrong.status_code == 404 and "Wereldkeuken" not in wrong.text.replace(f">{'Wereldkeuken'}</option>", "")
    again = neighbour.press(door, {"event": event, "digits": typed})
    assert again.request.path == own.request.path

    # Rahim's family of three comes after her and waits as a whole.
    rahim = Visitor(app).press(sign_up, {"people": "3"})
    assert standing(app) == [(4, "confirmed"), (3, "waiting")]

    # She comes with two after all: the family moves up at once, and its page says so.
    amina.press(own.request.path, {"people": "2"}, action="/people")
    assert standing(app) == [(2, "confirmed"), (3, "confirmed")]
    assert 'class="yes"' in Visitor(app).get(rahim.request.path).text

    # Then it does not suit her: given back, asked once more before.
    assert amina.get(leads_to(own, "/give-back")).status_code == 200
    assert standing(app) == [(2, "confirmed"), (3, "confirmed")]
    amina.press(leads_to(own, "/give-back"))
    assert standing(app) == [(2, "given_back"), (3, "confirmed")]

    # And nothing of it need stay.
    amina.press(leads_to(own, "/erase"))
    assert standing(app) == [(3, "confirmed")]
    assert amina.get(own.request.path).status_code == 404


def test_who_cannot_be_told_finds_it_on_the_page(app: Flask) -> None:
    """Dawit left no number. On the day itself he looks at his page, as it told him to."""
    with inside(app):
        sign_up = f"/en/signup/{world_kitchen(demo.cast()).dates[0].public_id}"
        db.session.commit()
    dawit = Visitor(app)
    own = dawit.press(sign_up, {"people": "1"})
    assert "Look at your page again on the day itself." in own.text

    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        leen = db.session.scalars(select(User).where(User.name == "Leen")).one()
        dates.cancel(locked(EventDate, date.id), "Storm", leen)
        db.session.commit()

    page = dawit.get(own.request.path).text
    assert page.index("This does not go on.") < page.index("Saturday")
    assert "Storm" in page and "You come!" not in page


def test_sixty_people_behind_one_address_all_get_in(app: Flask) -> None:
    """The residents of a centre share one address; nobody is ever limited by it."""
    with inside(app):
        sign_up = f"/ar/signup/{world_kitchen(demo.cast(), seats=60).dates[0].public_id}"
        db.session.commit()

    for _ in range(60):
        assert Visitor(app).press(sign_up, {"people": "1"}, follow=False).status_code == 302

    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        assert rsvps.seats_taken(date) == 60
        assert rsvps.sign_up(locked(EventDate, date.id), Party(1), language="ar").is_waiting


def standing(app: Flask) -> list[tuple[int, str]]:
    """People and status of each sign-up, in order."""
    with inside(app):
        date = db.session.scalars(select(EventDate).where(EventDate.rsvps.any())).one()
        return [(rsvp.people, str(rsvp.status)) for rsvp in sorted(date.rsvps, key=lambda each: each.id)]
