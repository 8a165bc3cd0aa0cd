"""Fatma's page, her families, and signing them up."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, later
from vwg import clock
from vwg.db import db, locked
from vwg.domain import dates, erasure, events, households, rsvps, supports, welcome_places
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Household, HouseholdCoach, Look, Partner, Rsvp, User

NEW = {
    "nickname": "Oksana", "adults": "1", "band_0_2": "1", "band_3_5": "", "band_6_11": "٢", "band_12_17": "0",
    "languages": ["nl", "uk"], "channel": "sms", "phone": "٠٤٧٠ 00 00 23",
}  # fmt: skip


@pytest.fixture
def fatma(visitor: Visitor) -> Visitor:
    return visitor.signed_in_as("fatma")


def kitchen(app: Flask, **details: Any) -> str:
    """Leen's kitchen; the public id of its date."""
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(events.Details("Wereldkeuken", **{"seats": 40, **details}), [hours(21, 14, 18)], leen)
        events.publish(event, leen)
        db.session.commit()
        return event.dates[0].public_id


def numbers(app: Flask) -> dict[str, int]:
    with inside(app):
        return {household.nickname: household.id for household in db.session.scalars(select(Household))}


def comes(app: Flask) -> dict[str, tuple[int, str]]:
    """Who is signed up: nickname → (people, status)."""
    with inside(app):
        return {
            rsvp.household.nickname: (rsvp.people, rsvp.status.value)
            for rsvp in db.session.scalars(select(Rsvp).order_by(Rsvp.id))
            if rsvp.household
        }


def off_to_the_kitchen(app: Flask, **details: Any) -> str:
    """Amina comes to a kitchen; the id of her sign-up."""
    with inside(app):
        people = {user.demo_name: user for user in db.session.scalars(select(User))}
        event = events.create(events.Details("Wereldkeuken", seats=40, **details), [hours(21, 14, 18)], people["leen"])
        events.publish(event, people["leen"])
        amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        [rsvp] = households.sign_up(locked(EventDate, event.dates[0].id), [amina], people["fatma"], "k")
        db.session.commit()
        return rsvp.public_id


def test_a_household_is_added_in_any_digits_and_written_to_in_its_own_language(app: Flask, fatma: Visitor) -> None:
    page = fatma.press("/en/coaching/households/new", NEW)

    assert page.status_code == 200
    assert "Where does Oksana go?" in page.text
    with inside(app):
        oksana = db.session.scalars(select(Household).where(Household.nickname == "Oksana")).one()
        assert Party.of(oksana) == Party(1, 1, 0, 2, 0)
        assert (oksana.phone, oksana.language, [coach.user.name for coach in oksana.coaches]) == ("+32470000023", "uk", ["Fatma"])


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"nickname": "  "}, 422, "Give a nickname, so that you know who it is."),
        ({"nickname": "O" * 41}, 422, "This is too long: at most 40 letters."),
        ({"nickname": "Oksana 00.01.25-567.77"}, 409, "This looks like a national register number."),
        ({"adults": "0", "band_0_2": "0", "band_6_11": "0"}, 409, "Say how many people there are: from 1 to 30."),
        ({"adults": "999"}, 422, "Choose a number from 0 to 30."),
        ({"adults": "two"}, 422, "Write a number in digits, like 12."),
        ({"languages": ["klingon"]}, 422, "is not a valid choice"),
        ({"phone": ""}, 422, "Give the number, or choose"),
        ({"phone": "0470"}, 422, "This is not a telephone number."),
        ({"channel": "pigeon"}, 422, "Not a valid choice."),
    ],
)
def test_a_household_that_cannot_be_comes_back_filled_with_a_sentence(
    app: Flask, fatma: Visitor, changes: dict[str, Any], status: int, sentence: str
) -> None:
    page = fatma.press("/en/coaching/households/new", {**NEW, **changes})

    assert (page.status_code, sentence in page.text) == (status, True)
    assert "Oksana" in page.text or "nickname" in changes
    assert sorted(numbers(app)) == ["Amina", "Dawit"]


def test_who_goes_by_needs_no_number(app: Flask, fatma: Visitor) -> None:
    assert fatma.press("/en/coaching/households/new", {**NEW, "channel": "visit", "phone": ""}).status_code == 200

    assert sorted(numbers(app)) == ["Amina", "Dawit", "Oksana"]


def test_a_household_is_changed_and_an_older_page_does_not_undo_it(app: Flask, fatma: Visitor) -> None:
    path = f"/en/coaching/households/{numbers(app)['Amina']}"
    fatma.press(path, {"adults": "3"})

    page = fatma.press(path, {"adults": "9", "version": "1"})

    assert (page.status_code, "Somebody else changed this in the meantime." in page.text) == (409, True)
    with inside(app):
        assert db.session.scalars(select(Household).where(Household.nickname == "Amina")).one().adults == 3


def test_her_page_shows_her_families_what_they_go_to_and_what_fits(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app)
    fatma.press(f"/en/coaching/sign-up/{date}", {"households": [numbers(app)["Amina"]]})

    page = fatma.get("/en/coaching/").text

    for words in ("Amina", "2 adults · 1 child of 3–5 years · 1 child of 6–11 years", "العربية", "0470 00 00 21", "ትግርኛ", "Sat 21/3 · 14:00", "36 places free", "comes already"):
        assert words in page, words
    assert f'action="/en/coaching/sign-up/{date}"' in page


def test_several_are_signed_up_from_her_own_page_in_one_go(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app)

    page = fatma.press("/en/coaching/", {"households": list(numbers(app).values())}, action=f"/sign-up/{date}")

    assert (page.status_code, "2 families signed up." in page.text) == (200, True)
    assert comes(app) == {"Amina": (4, "confirmed"), "Dawit": (1, "confirmed")}


def test_who_does_not_fit_waits_as_a_whole_and_the_page_says_so(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app, seats=4)

    page = fatma.press(f"/en/coaching/sign-up/{date}", {"households": list(numbers(app).values())}).text

    assert "1 family signed up." in page and "1 family waits" in page and "Waits, number 1" in page
    assert comes(app) == {"Amina": (4, "confirmed"), "Dawit": (1, "waiting")}


def test_the_same_form_pressed_twice_is_one_sign_up(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app)
    page = fatma.get(f"/en/coaching/sign-up/{date}").text
    form = {name: re.search(f'name="{name}"[^>]*value="([^"]+)"', page).group(1) for name in ("csrf_token", "form_key")}
    data = {**form, "households": [numbers(app)["Amina"]]}

    first = fatma.client.post(f"/en/coaching/sign-up/{date}", data=data)
    second = fatma.client.post(f"/en/coaching/sign-up/{date}", data=data)

    assert (first.status_code, second.status_code, first.location == second.location) == (302, 302, True)
    with inside(app):
        assert len(db.session.scalars(select(Rsvp)).all()) == 1


def test_nobody_ticked_comes_back_with_a_sentence(app: Flask, fatma: Visitor) -> None:
    page = fatma.press(f"/en/coaching/sign-up/{kitchen(app)}", {"households": []})

    assert (page.status_code, "Tick who comes along." in page.text) == (409, True)


def test_one_that_comes_already_means_that_none_is_signed_up(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app)
    page = fatma.get(f"/en/coaching/sign-up/{date}")  # open in another window
    fatma.press(f"/en/coaching/sign-up/{date}", {"households": [numbers(app)["Amina"]]})
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)

    again = fatma.client.post(
        f"/en/coaching/sign-up/{date}", data={"csrf_token": token, "form_key": "another", "households": list(numbers(app).values())}
    )

    assert (again.status_code, "Amina is already signed up for this date." in again.text) == (409, True)
    assert comes(app) == {"Amina": (4, "confirmed")}


def test_a_cancelled_date_takes_nobody(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app)
    before = fatma.get(f"/en/coaching/sign-up/{date}").text
    with inside(app):
        row = db.session.scalars(select(EventDate)).one()
        dates.cancel(locked(EventDate, row.id), "De kok is ziek.", db.session.scalars(select(User).order_by(User.id)).first())
        db.session.commit()
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', before).group(1)

    page = fatma.client.post(
        f"/en/coaching/sign-up/{date}", data={"csrf_token": token, "form_key": "k", "households": [numbers(app)["Amina"]]}
    )

    assert (page.status_code, "This does not go on." in page.text, comes(app)) == (409, True, {})
    assert "This does not go on." in fatma.get(f"/en/coaching/sign-up/{date}").text


def test_one_seat_is_given_back_and_then_all(app: Flask, fatma: Visitor) -> None:
    fatma.press(f"/en/coaching/sign-up/{kitchen(app)}", {"households": [numbers(app)["Amina"]]})
    with inside(app):
        seats = f"/en/coaching/sign-ups/{db.session.scalars(select(Rsvp)).one().public_id}"

    fatma.press(seats, {"band_6_11": "0"})
    assert comes(app) == {"Amina": (3, "confirmed")}

    fatma.press(seats, action="/give-back")
    assert comes(app) == {"Amina": (3, "given_back")}
    assert "Sign up again" in fatma.get(seats).text


@pytest.mark.parametrize(("field", "given", "status"), [("adults", "40", 422), ("adults", "-1", 422), ("adults", "20", 409)])
def test_more_people_than_fit_are_refused_with_the_seats_kept(app: Flask, fatma: Visitor, field: str, given: str, status: int) -> None:
    fatma.press(f"/en/coaching/sign-up/{kitchen(app, seats=10)}", {"households": [numbers(app)["Amina"]]})
    with inside(app):
        seats = f"/en/coaching/sign-ups/{db.session.scalars(select(Rsvp)).one().public_id}"

    page = fatma.press(seats, {field: given})

    assert (page.status_code, comes(app)) == (status, {"Amina": (4, "confirmed")})
    assert f'value="{given}"' in page.text


def test_the_slip_is_in_their_language_with_a_link_that_opens(app: Flask, fatma: Visitor) -> None:
    fatma.press(f"/en/coaching/sign-up/{kitchen(app)}", {"households": [numbers(app)["Amina"]]})
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        code, seats = rsvps.code(rsvp), f"/en/coaching/sign-ups/{rsvp.public_id}"

    page = fatma.get(f"{seats}/slip").text

    assert f"{code[:2]} {code[2:4]} {code[4:6]} {code[6:]}" in page
    assert 'lang="ar" dir="rtl"' in page and "السبت 21/3/2026" in page and "<svg" in page
    assert f"\u2066{code[:2]} {code[2:4]} {code[4:6]} {code[6:]}\u2069" in page  # the pairs keep their order in Arabic
    assert re.search(r"http://localhost/ar/signup/mine/r[0-9a-z]+\.[0-9a-z]{26}", page)
    assert "https://wa.me/32470000021?text=" in page and "sms:+32470000021?body=" in page


def test_somebody_elses_household_is_not_there(app: Flask, fatma: Visitor) -> None:
    fatma.press(f"/en/coaching/sign-up/{kitchen(app)}", {"households": [numbers(app)["Amina"]]})
    amina = numbers(app)["Amina"]
    with inside(app):
        rsvp, date = db.session.scalars(select(Rsvp)).one(), db.session.scalars(select(EventDate)).one()
        seats, date_id = f"/en/coaching/sign-ups/{rsvp.public_id}", date.public_id
    jo = Visitor(app).signed_in_as("jo")

    pages = [f"/en/coaching/households/{amina}", f"/en/coaching/dates?household={amina}", seats, f"{seats}/slip"]
    assert {page: jo.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    assert {page: fatma.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    assert "Amina" not in jo.get("/en/coaching/").text + jo.get(f"/en/coaching/sign-up/{date_id}?household={amina}").text

    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', jo.get("/en/coaching/households/new").text).group(1)
    tries = [
        jo.client.post(f"{seats}/give-back", data={"csrf_token": token}),
        jo.client.post(seats, data={"csrf_token": token, "version": "1", "adults": "1"}),
        jo.client.post(f"/en/coaching/households/{amina}", data={"csrf_token": token, **NEW}),
        jo.client.post(f"/en/coaching/sign-up/{date_id}", data={"csrf_token": token, "form_key": "k", "households": [amina]}),
    ]
    assert [answer.status_code for answer in tries] == [404, 404, 404, 422]
    assert comes(app) == {"Amina": (4, "confirmed")}


def test_a_stranger_and_a_partners_contact_do_not_come_in(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        db.session.add(User(name="Bert", demo_name="bert"))
        db.session.commit()
    bert = Visitor(app).signed_in_as("bert")

    for page in ("/en/coaching/", "/en/coaching/calls", "/en/coaching/dates", "/en/coaching/households/new"):
        assert (visitor.get(page).status_code, bert.get(page).status_code) == (302, 404), page


@pytest.mark.parametrize("page", ["sign-up/d00000000", "sign-ups/r00000000", "households/999", "households/99999999999999999999", "dates?household=x"])
def test_what_is_not_there_is_404(fatma: Visitor, page: str) -> None:
    assert fatma.get(f"/en/coaching/{page}").status_code == 404


def test_looking_at_names_leaves_one_line_a_day(app: Flask, fatma: Visitor) -> None:
    for page in ("/en/coaching/", "/en/coaching/calls", "/en/coaching/"):
        fatma.get(page)

    with inside(app):
        assert [(look.user_id, look.date_id) for look in db.session.scalars(select(Look))] == [(3, None)]


def test_sixty_households_take_few_questions_to_the_database(app: Flask, fatma: Visitor) -> None:
    date = kitchen(app, seats=400)
    with inside(app):
        coach = db.session.scalars(select(User).where(User.demo_name == "fatma")).one()
        many = [
            households.add(households.Details(f"Gezin {number}", Party(2), ["ar"], phone="+32470000021"), coach) for number in range(58)
        ]
        row = db.session.scalars(select(EventDate).where(EventDate.public_id == date)).one()
        households.sign_up(locked(EventDate, row.id), many, coach, "k")
        dates.cancel(row, "De kok is ziek.", coach)
        db.session.commit()
    asked: list[str] = []
    with app.app_context():
        listening.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    page = fatma.get("/en/coaching/")
    for_people = len([sql for sql in asked if sql.startswith("SELECT")])
    asked.clear()
    lines = fatma.get("/en/coaching/calls")
    for_calls = len([sql for sql in asked if sql.startswith("SELECT")])

    assert page.text.count("Gezin ") > 58 and lines.text.count("pre dutch") == 58
    assert (for_people <= 15, for_calls <= 15) == (True, True), (for_people, for_calls)


def test_of_sixty_families_each_is_a_line_and_several_go_to_several_dates_in_one_go(app: Flask, fatma: Visitor) -> None:
    first, second = kitchen(app), kitchen(app)
    with inside(app):
        coach = db.session.scalars(select(User).where(User.demo_name == "fatma")).one()
        for number in range(56):
            households.add(households.Details(f"Gezin {number:02}", Party(2), ["ar"], phone="+32470000021"), coach)
        for name in ("élise", "Zahra"):
            households.add(households.Details(name, Party(1), ["fr"], phone="+32470000021"), coach)
        db.session.commit()
    page = fatma.get("/en/coaching/").text
    lines = re.findall(r'<details class="more" id="family-\d+"><summary><span><bdi>([^<]+)', page)

    assert [lines[place] for place in (0, 1, 2, 3, -1)] == ["Amina", "Dawit", "élise", "Gezin 00", "Zahra"]
    assert re.findall(r'<a href="#family-\d+">(.)</a>', page) == ["A", "D", "E", "G", "Z"]
    assert page.count('name="households"') == 60  # asked once, not for each activity
    chosen = [numbers(app)[name] for name in ("Amina", "élise", "Zahra")]
    saved = fatma.press("/en/coaching/", {"households": chosen, "dates": [first, second]}, action="/coaching/several")
    assert "6 sign-ups noted." in saved.text
    assert comes(app) == {"Amina": (4, "confirmed"), "élise": (1, "confirmed"), "Zahra": (1, "confirmed")}


def test_a_coach_says_what_would_help_and_the_kitchen_reads_how_many(app: Flask, fatma: Visitor) -> None:
    kitchen = off_to_the_kitchen(app, facts={"lift": True, "food": ["meal"]})
    page = f"/en/coaching/sign-ups/{kitchen}"

    saved = fatma.press(page, {"kinds": ["lift", "halal"]}, action="/support")

    assert saved.status_code == 200
    card = fatma.get("/en/coaching/").text
    assert "A lift" in card and "halal" in card
    with inside(app):
        date = db.session.scalars(select(EventDate)).one()
        assert [(total.kind.key, total.number) for total in supports.totals([date])[date.id]] == [("lift", 4), ("halal", 4)]
    refused = fatma.press(page, {"kinds": ["wheelchair"]}, action="/support")
    assert refused.status_code == 409  # this activity does not give it


def test_free_places_of_partners_stand_first_among_what_a_family_can_go_to(app: Flask, fatma: Visitor) -> None:
    off_to_the_kitchen(app)
    with inside(app):
        bakery = db.session.scalars(select(Partner).order_by(Partner.id)).first()
        choir = welcome_places.Offer("Zingen in het koor", "dinsdag 19:30", "", "Mia", 2, clock.now() + timedelta(days=60))
        place = welcome_places.offer(bakery, choir)
        db.session.commit()
        number = place.id

    choices = fatma.get("/en/coaching/").text.partition('id="fits"')[2]
    assert "2 places left" in choices and 0 < choices.index("Zingen in het koor") < choices.index("Wereldkeuken")
    fatma.press(f"/en/coaching/welcome/{number}", {"household": str(numbers(app)["Amina"]), "people": "2"})
    page = fatma.get("/en/coaching/").text
    assert "Zingen in het koor" not in page.partition('id="fits"')[2] and "Welcome place" in page.partition('id="fits"')[0]


def test_a_month_before_an_unused_family_goes_its_coach_is_asked(app: Flask, fatma: Visitor) -> None:
    asked = "Within a month we erase what you keep of them."
    with later(days=330):
        assert asked not in fatma.signed_in_as("fatma").get("/en/coaching/").text
    with later(days=340):
        fatma.signed_in_as("fatma")
        assert fatma.get("/en/coaching/").text.count(asked) == 2 and "2 families of yours were not used for long" in fatma.get("/en/planning/").text
        fatma.press("/en/coaching/", action="/keep")
        assert fatma.get("/en/coaching/").text.count(asked) == 1
    with later(days=370), inside(app):
        erasure.erase_what_is_due()
        db.session.commit()
        assert list(db.session.scalars(select(Household.nickname))) == ["Amina"]


def test_a_family_of_two_coaches_is_on_both_pages(app: Flask, fatma: Visitor) -> None:
    with inside(app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        dawit = db.session.scalars(select(Household).where(Household.nickname == "Dawit")).one()
        dawit.coaches.append(HouseholdCoach(user=jo))
        db.session.commit()

    assert ["Dawit" in Visitor(app).signed_in_as(name).get("/en/coaching/").text for name in ("fatma", "jo", "leen")] == [True, True, False]
