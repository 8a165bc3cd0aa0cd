"""One's own page: what it says, what one changes, what one erases."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import event as listening
from sqlalchemy import func, select

from tests.conftest import Visitor, forms_of, hours, inside, later
from tests.signup.conftest import Kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.domain import dates, erasure, events, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Attempt, DateCount, EventDate, Household, Notice, Rsvp, RsvpContact, Tombstone, User


@pytest.fixture
def own(kitchen: Kitchen, amina: Visitor) -> str:
    """The address of Amina's page: she comes with three."""
    return str(amina.press(kitchen.page(), {"people": "3", "name": "Mina"}).request.path)


def seen(page: str) -> str:
    """What a person reads: no tags, no space between the lines."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])))


def leen() -> User:
    return db.session.scalars(select(User).where(User.name == "Leen")).one()


def test_the_page_says_what_matters_in_this_order(own: str, amina: Visitor) -> None:
    page = seen(amina.get(own).text)

    in_order = ["You come!", "Saturday 21/3 · 14:00", "Zaterdag 21 maart 2026 van 14:00 tot 18:00", "Zaal Skala", "Leen", "You need not show anything.", "only to change something"]
    places = [page.index(each) for each in in_order]
    assert places == sorted(places)


def test_the_digits_stand_in_pairs_and_open_the_page(own: str, amina: Visitor) -> None:
    page = amina.get(own).text

    assert re.search(r'<p class="code" dir="ltr">\d\d \d\d \d\d \d\d</p>', page)


def test_an_evening_has_a_moon_and_an_afternoon_a_sun(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    assert "#sun" in amina.get(own).text
    with kitchen.open() as date:
        dates.move(date, hours(21, 19, 22), date.place, leen())
    assert "#moon" in amina.get(own).text


def test_nothing_of_it_is_kept_or_previewed_anywhere(own: str, amina: Visitor) -> None:
    answer = amina.get(own)

    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"
    head = answer.text[: answer.text.index("</head>")]
    assert "Wereldkeuken" not in head and "Mina" not in head and "og:" not in head and "description" not in head


def test_the_square_holds_the_link(own: str, amina: Visitor) -> None:
    page = amina.get(own).text

    assert 'src="data:image/svg+xml' in page and f"<code>http://localhost{own}</code>" in page


@pytest.mark.parametrize("token", ["r2345678z.000", "x", "%00", "r.", "." * 300, "1.2.3", "٣.٣"])
def test_another_link_opens_nothing(own: str, amina: Visitor, token: str) -> None:
    assert amina.get(f"/en/signup/mine/{token}").status_code == 404
    assert amina.get(own[:-1] + ("0" if own[-1] != "0" else "1")).status_code == 404


# ---- what changed meanwhile


def test_what_does_not_go_on_is_said_first_with_its_reason(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    with kitchen.open() as date:
        dates.cancel(date, "Storm", leen(), {"ar": "عاصفة"})

    page = seen(amina.get(own).text)
    assert page.startswith("> This does not go on. Storm") or page.index("This does not go on.") < page.index("Saturday 21/3")
    assert "You come!" not in page and "عاصفة" in seen(amina.get(own.replace("/en/", "/ar/")).text)


def test_a_moved_date_shows_both(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    with kitchen.open() as date:
        dates.move(date, hours(28, 14, 18), date.place, leen())

    page = seen(amina.get(own).text)
    assert "This has a new date." in page and "Saturday 28/3 · 14:00" in page and "Saturday 21 March 2026 14:00" in page
    assert "You come!" in page


def test_put_off_means_that_the_places_stay(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    with kitchen.open() as date:
        dates.postpone(date, "Zaal dubbel geboekt", leen())

    page = seen(amina.get(own).text)
    assert re.search("This is put off. A new date follows. .*Zaal dubbel geboekt You keep your places. ", page)


def test_who_left_no_number_reads_that_nobody_can_tell_them(own: str, amina: Visitor) -> None:
    assert "But then we cannot let you know anything." in amina.get(own).text

    amina.press(own, {"phone": "٠٤٧٠ ٠٠ ٠٠ ٤١"}, action="let-know")

    page = amina.get(own).text
    assert "But then we cannot" not in page and "If something changes, we let you know." in page
    assert 'value="0470 00 00 41"' in page


# ---- changing


def test_one_comes_with_more_or_fewer(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    amina.press(own, {"people": "5"}, action="/people")
    assert kitchen.guests() == [("Mina", 5, "confirmed")]
    amina.press(own, {"people": None, "more": "٧"}, action="/people")
    assert kitchen.guests() == [("Mina", 7, "confirmed")]


def test_after_it_saved_a_request_keeps_nobody_from_writing(own: str, amina: Visitor, app: Flask) -> None:
    """SQLite has one pen; what is read for the answer is read without it."""
    with app.app_context():
        engine = db.engine
    begun: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        begun.extend([statement] if statement.startswith("BEGIN") else [])

    page = amina.get(own)
    fields = next(dict(form["fields"]) for form in forms_of(page.text) if form["action"].endswith("/people"))
    listening.listen(engine, "before_cursor_execute", note)
    try:
        assert amina.client.post(f"{own}/people", data=fields | {"people": "2"}).status_code == 302
    finally:
        listening.remove(engine, "before_cursor_execute", note)
    assert begun == (["BEGIN IMMEDIATE", "BEGIN"] if engine.dialect.name == "sqlite" else [])


def test_more_than_there_are_seats_is_refused_and_the_seats_stay(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=4)
    own = amina.press(kitchen.page(), {"people": "3"}).request.path

    page = amina.press(own, {"people": "5"}, action="/people")

    assert page.status_code == 409 and "There are not enough free seats for that." in page.text
    assert '<details class="more" id="number" open>' in page.text
    assert kitchen.guests() == [("", 3, "confirmed")]


def test_a_page_that_is_behind_is_refused_once_and_then_right(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    with kitchen.open() as date:
        rsvps.change(date.rsvps[0], Party(4))

    page = amina.press(own, {"people": "2", "version": "1"}, action="/people")

    assert page.status_code == 409 and "Somebody else changed this in the meantime." in page.text
    assert kitchen.guests() == [("Mina", 4, "confirmed")]


def test_fewer_lets_the_next_ones_in(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=4)
    own = amina.press(kitchen.page(), {"people": "4"}).request.path
    kitchen.taken(2, "Rahim")

    amina.press(own, {"people": "2"}, action="/people")

    assert kitchen.guests() == [("", 2, "confirmed"), ("Rahim", 2, "confirmed")]


def test_ages_are_told_afterwards_and_the_number_stays(own: str, amina: Visitor, app: Flask) -> None:
    amina.press(own, {"band_0_2": "1", "band_6_11": "١"}, action="/ages")

    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        assert (rsvp.adults, rsvp.band_0_2, rsvp.band_3_5, rsvp.band_6_11, rsvp.people) == (1, 1, 0, 1, 3)
        assert rsvps.seats_taken(rsvp.date) == 2  # a baby sits on a lap
    page = amina.press(own, {"band_0_2": "2", "band_6_11": "2"}, action="/ages")
    assert page.status_code == 409 and "That is more children than there are people." in page.text


def test_children_stay_told_when_the_number_changes(own: str, amina: Visitor, app: Flask) -> None:
    amina.press(own, {"band_3_5": "2"}, action="/ages")
    amina.press(own, {"people": "5"}, action="/people")

    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        assert (rsvp.adults, rsvp.band_3_5) == (3, 2)
    amina.press(own, {"people": "1"}, action="/people")
    with inside(app):
        rsvp = db.session.scalars(select(Rsvp)).one()
        assert (rsvp.adults, rsvp.band_3_5) == (1, 0)


@pytest.mark.parametrize(("filled", "sentence"), [({"phone": "12"}, "This is not a telephone number."), ({"email": "amina@"}, "This is not an e-mail address.")])
def test_a_number_that_is_none_comes_back_as_it_was_typed(own: str, amina: Visitor, filled: dict[str, str], sentence: str) -> None:
    page = amina.press(own, filled, action="let-know")

    assert page.status_code == 422 and sentence in page.text
    assert all(f'value="{value}"' in page.text for value in filled.values())


def test_an_empty_number_is_an_erased_one(own: str, amina: Visitor, app: Flask) -> None:
    amina.press(own, {"email": "Amina@Example.org,"}, action="let-know")
    with inside(app):
        assert db.session.scalars(select(RsvpContact.email)).all() == ["amina@example.org"]

    amina.press(own, {"email": ""}, action="let-know")

    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(RsvpContact)) == 0


# ---- giving back


def test_giving_back_is_asked_once_more_and_done_once(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    assert "You give 3 places back." in amina.get(f"{own}/give-back").text
    assert kitchen.guests() == [("Mina", 3, "confirmed")]  # looking does nothing

    answers = [amina.press(f"{own}/give-back"), amina.get(own)]

    assert all("You gave your places back" in answer.text for answer in answers)
    assert kitchen.guests() == [("Mina", 3, "given_back")]
    assert amina.get(f"{own}/give-back").location == own


def test_given_back_twice_is_the_same_answer(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    from tests.conftest import forms_of

    filled = dict(forms_of(amina.get(f"{own}/give-back").text)[0]["fields"])

    answers = [amina.client.post(f"{own}/give-back", data=filled) for _ in range(2)]

    assert [(answer.status_code, answer.location) for answer in answers] == [(302, own)] * 2


# ---- what do you know of me


def test_everything_that_is_kept_is_shown(own: str, amina: Visitor) -> None:
    amina.press(own, {"phone": "0470 00 00 41", "email": "amina@example.org"}, action="let-know")

    page = seen(amina.get(f"{own}/known").text)
    kept = json.loads(amina.get(f"{own}/known.json").text)

    assert all(each in page for each in ("Mina", "0470 00 00 41", "amina@example.org", "English", "You come", "7 days"))
    assert (kept["name"], kept["adults"], kept["phone"], kept["email"], kept["household"]) == ("Mina", 3, "+32470000041", "amina@example.org", None)


def test_what_a_coach_keeps_is_shown_to_the_family_too(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_of_household(kitchen)

    page = seen(amina.get(f"{own}/known").text)
    assert "by a volunteer" in page and "0470 00 00 21" in page and "العربية" in page
    assert json.loads(amina.get(f"{own}/known.json").text)["household"]["nickname"] == "Amina"


def own_of_household(kitchen: Kitchen) -> str:
    """The address on the slip that Fatma gave."""
    with kitchen.open() as date:
        household = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        fatma = db.session.scalars(select(User).where(User.name == "Fatma")).one()
        rsvp = rsvps.sign_up(date, Party.of(household), language="ar", household=household, entered_by=fatma)
        from vwg import links

        with kitchen.app.test_request_context("/en/"):
            return links.to("mine", rsvp, "en")


# ---- erasing


def test_erasing_takes_everything_and_lets_the_next_ones_in(kitchen_with: Callable[..., Kitchen], amina: Visitor, app: Flask) -> None:
    kitchen = kitchen_with(seats=3)
    own = amina.press(kitchen.page(), {"people": "3", "name": "Mina"}).request.path
    amina.press(own, {"phone": "0470 00 00 41"}, action="let-know")
    kitchen.taken(2, "Rahim")

    done = amina.press(f"{own}/erase")

    assert "Everything is erased" in done.text
    assert kitchen.guests() == [("Rahim", 2, "confirmed")]
    assert amina.get(own).status_code == 404
    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(RsvpContact)) == 0
        assert db.session.scalar(select(func.count()).select_from(Tombstone)) == 1
        assert db.session.scalar(select(func.count()).select_from(DateCount)) == 0  # they do not come


def test_of_a_date_that_is_over_the_number_stays(own: str, amina: Visitor, kitchen: Kitchen, app: Flask) -> None:
    amina.press(own, {"band_3_5": "2"}, action="/ages")
    with later(days=20):
        amina.press(f"{own}/erase")

    assert kitchen.guests() == []
    with inside(app):
        counts = dict(db.session.execute(select(DateCount.what, DateCount.number)).all())
    assert counts == {"adults": 1, "children": 2}


def test_what_was_still_to_be_told_is_told_to_nobody(own: str, amina: Visitor, kitchen: Kitchen, app: Flask) -> None:
    amina.press(own, {"phone": "0470 00 00 41"}, action="let-know")
    with kitchen.open() as date:
        dates.cancel(date, "Storm", leen())

    amina.press(f"{own}/erase")

    with inside(app):
        notice = db.session.scalars(select(Notice)).one()
        assert (str(notice.state), notice.recipient_id) == ("dropped", None)


def test_the_household_stays_unless_it_is_asked_too(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    own = own_of_household(kitchen)

    amina.press(f"{own}/erase")

    with inside(app):
        assert db.session.scalars(select(Household.nickname).order_by(Household.id)).all() == ["Amina", "Dawit"]
    own = own_of_household(kitchen)
    with kitchen.open() as date:
        other = dates.add(date.event, hours(28, 14, 18), leen())
        household = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        rsvps.sign_up(locked(EventDate, other.id), Party(2), language="ar", household=household, entered_by=leen())

    amina.press(f"{own}/erase", {"household": "y"})

    with inside(app):
        assert db.session.scalars(select(Household.nickname)).all() == ["Dawit"]
        assert db.session.scalar(select(func.count()).select_from(Rsvp)) == 0


def test_looking_erases_nothing(own: str, amina: Visitor, kitchen: Kitchen) -> None:
    for page in ("", "/erase", "/give-back", "/known", "/known.json", "/people", "/ages", "/let-know"):
        assert amina.get(own + page).status_code == 200
    assert kitchen.guests() == [("Mina", 3, "confirmed")]


def test_the_clock_closes_the_page(own: str, amina: Visitor, app: Flask) -> None:
    with later(days=27):
        with inside(app):
            erasure.erase_what_is_due()
            db.session.commit()
        assert amina.get(own).status_code == 404


# ---- eight digits


def code_of(amina: Visitor, own: str) -> str:
    found = re.search(r'<p class="code" dir="ltr">([\d ]+)</p>', amina.get(own).text)
    assert found is not None
    return found.group(1)


@pytest.fixture
def event(own: str, app: Flask) -> str:
    with inside(app):
        return str(db.session.scalars(select(EventDate)).one().event.public_id)


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-", "arabic"])
def test_activity_and_digits_open_the_page(own: str, amina: Visitor, event: str, typed: str) -> None:
    digits = code_of(amina, own)
    if typed == "arabic":
        digits, typed = digits.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")), "{}"

    answer = amina.press("/ar/signup/code", {"event": event, "digits": typed.format(digits)}, follow=False)

    assert answer.location == own.replace("/en/", "/ar/")


def test_the_activity_comes_in_the_address_of_a_slip(own: str, amina: Visitor, event: str, app: Flask) -> None:
    digits = code_of(amina, own)
    assert amina.press(f"/en/signup/code?event={event}-wereldkeuken", {"digits": digits}, follow=False).location == own
    with inside(app):
        db.session.scalars(select(EventDate)).one().event.visibility = events.Visibility.INTERNAL
        db.session.commit()
    assert amina.press(f"/en/signup/code?event={event}", {"digits": digits}, follow=False).location == own


def test_wrong_digits_and_a_wrong_activity_say_the_same(own: str, amina: Visitor, event: str) -> None:
    right = code_of(amina, own)
    wrong = ("1" if right[0] != "1" else "2") + right[1:]

    answers = [
        amina.press("/en/signup/code", {"event": given, "digits": digits})
        for given, digits in ((event, wrong), ("e2345678z", right), ("p2345678z", right), ("'; --", right))
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({re.sub(r'value="[^"]*"|selected', "", seen(answer.text)) for answer in answers}) <= 2
    assert all("Not found. Look at the activity and at the digits again." in answer.text for answer in answers)


@pytest.mark.parametrize(("filled", "sentence"), [
    ({"digits": "12"}, "The number has eight digits."), ({"digits": "1" * 5000}, "The number has eight digits."),
    ({"digits": ""}, "The number has eight digits."), ({"event": "", "digits": "12345678"}, "Choose the activity."),
])  # fmt: skip
def test_what_cannot_be_a_number_of_ours_is_a_mistake_of_the_form(own: str, amina: Visitor, event: str, filled: dict[str, str], sentence: str) -> None:
    page = amina.press("/en/signup/code", {"event": event, **filled})

    assert page.status_code == 422 and sentence in page.text


def test_guessing_is_counted_for_the_whole_house(own: str, amina: Visitor, event: str, app: Flask) -> None:
    right = code_of(amina, own)
    with inside(app):
        db.session.add_all(Attempt(kind="code") for _ in range(59))
        db.session.commit()
    wrong = ("1" if right[0] != "1" else "2") + right[1:]
    assert amina.press("/en/signup/code", {"event": event, "digits": wrong}).status_code == 404

    another = Visitor(app).press("/en/signup/code", {"event": event, "digits": right})

    assert another.status_code == 429 and another.headers["Retry-After"] == "60"
    assert f'value="{right}"' in another.text  # what was typed stays, to press again
    with later(minutes=1, seconds=1):
        assert amina.press("/en/signup/code", {"event": event, "digits": right}, follow=False).location == own


def test_right_digits_are_not_counted(own: str, amina: Visitor, event: str, app: Flask) -> None:
    amina.press("/en/signup/code", {"event": event, "digits": code_of(amina, own)})

    with inside(app):
        assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_a_code_stays_for_as_long_as_the_clock_says(own: str, amina: Visitor, event: str) -> None:
    assert clock.now().year == 2026
    with later(days=21):
        assert "Wereldkeuken" in amina.get("/en/signup/code").text
    with later(days=40):
        assert "Wereldkeuken" not in amina.get("/en/signup/code").text
