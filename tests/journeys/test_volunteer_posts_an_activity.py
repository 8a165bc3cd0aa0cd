"""Jo posts an activity, puts it online, changes, moves and cancels it; everybody hears who should."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from vwg import clock
from vwg.db import db, locked
from vwg.domain import households, rsvps
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, Household, Notice, RsvpContact, User

FIVE = {
    "title": "Samen soep koken", "dates-0-day": "2026-03-21", "dates-0-starts": "14:00", "dates-0-ends": "17:00",
    "seats": "12", "line": "We koken soep en eten samen.",
}  # fmt: skip


@pytest.fixture
def jo(visitor: Visitor) -> Visitor:
    return visitor.signed_in_as("jo")


def posted(jo: Visitor, **more: Any) -> str:
    """Five fields and one press; the path of the activity's own page."""
    page = jo.press("/en/planning/new", {**FIVE, "place": place_of(jo), **more})
    assert page.status_code == 200 and "It is saved, and not online yet." in page.text
    return str(page.request.path)


def place_of(jo: Visitor) -> str:
    page = jo.get("/en/planning/new").text
    return page.split(">Zaal Skala<")[0].rsplit('value="', 1)[1].split('"')[0]


def online(jo: Visitor, **more: Any) -> str:
    path = posted(jo, **more)
    assert "It is online." in jo.press(path, action="/publish").text
    return path


def the_date(number: int = 0) -> EventDate:
    return db.session.scalars(select(EventDate).order_by(EventDate.starts_at)).all()[number]


def four_ways(jo: Visitor) -> None:
    """Amina and Dawit come through Fatma, Oksana left her mail, Rahim a telephone, a guest nothing."""
    with inside(jo.app):
        fatma = db.session.scalars(select(User).where(User.demo_name == "fatma")).one()
        families = db.session.scalars(select(Household).order_by(Household.id)).all()
        date = locked(EventDate, the_date().id)
        households.sign_up(date, families, fatma, "k")
        oksana = rsvps.sign_up(date, Party(1), language="uk", name="Oksana")
        oksana.contact = RsvpContact(email="oksana@example.org")
        rahim = rsvps.sign_up(date, Party(2), language="fa-AF", name="Rahim")
        rahim.contact = RsvpContact(phone="+32470000031")
        rsvps.sign_up(date, Party(1), language="ar")
        db.session.commit()


def owed(jo: Visitor) -> list[tuple[str, str, str]]:
    """What is still to be told: what, how, and who carries it."""
    with inside(jo.app):
        rows = db.session.scalars(select(Notice).where(Notice.state == "waiting").order_by(Notice.id)).all()
        return sorted((row.kind, row.channel.value, row.assigned_to.name if row.assigned_to else "") for row in rows)


def test_five_fields_and_two_presses_put_an_activity_in_the_agenda(jo: Visitor) -> None:
    stranger = Visitor(jo.app)
    path = posted(jo)
    assert "Samen soep koken" not in stranger.get("/en/agenda/").text
    public = path.replace("/planning/", "/agenda/")
    assert stranger.get(public).status_code == 404

    page = jo.press(path, action="/publish")

    assert "Share in WhatsApp" in page.text and "wa.me/?text=Samen%20soep%20koken" in page.text
    assert "Samen soep koken" in stranger.get("/en/agenda/").text
    assert "We koken soep en eten samen." in stranger.get(public).text


def test_several_dates_and_a_weekly_series_are_made_on_the_same_screen(jo: Visitor) -> None:
    posted(jo, **{"dates-1-day": "2026-03-28", "dates-1-starts": "20:00", "dates-1-ends": "01:00"})
    posted(jo, title="Praattafel", **{"dates-0-day": "2026-03-26", "until": "2026-04-16"})

    with inside(jo.app):
        first, weekly = db.session.scalars(select(Event).order_by(Event.id)).all()
        assert [clock.local(date.ends_at).strftime("%d/%m %H:%M") for date in first.dates] == ["21/03 17:00", "29/03 01:00"]
        assert [clock.local(date.starts_at).strftime("%d/%m %H:%M") for date in weekly.dates] == ["26/03 14:00", "02/04 14:00", "09/04 14:00", "16/04 14:00"]
        assert (len(first.series), len(weekly.series)) == (0, 1)


def test_all_else_is_added_as_closed_lines_that_save_themselves(jo: Visitor) -> None:
    path = posted(jo)
    lines: dict[str, dict[str, Any]] = {
        "text": {"text": "We koken soep.\n\nDaarna eten we samen.", "bring": "Breng een mes mee."},
        "price": {"price": "€ 2,50"},
        "category": {"category": "cooking"},
        "facts": {"food": ["meal", "halal"], "children": "y", "childcare": "3", "childcare_to": "11", "interpreter": ["ar", "ti"]},
        "dutch": {"dutch_level": "2"},
        "signup": {"coach_seats": "5"},
        "seats": {"seats": "20"},
        "visibility": {"visibility": "partners"},
    }
    for part, given in lines.items():
        page = jo.press(path, given, action=f"/edit/{part}" if part != "text" else "/edit")
        assert (page.status_code, "Saved." in page.text) == (200, True), part
    jo.press(path, {"what": "stoelen", "amount": "١٢"}, action="/needs")

    with inside(jo.app):
        event = db.session.scalars(select(Event)).one()
        assert (event.text.text, event.text.bring) == ("We koken soep.\n\nDaarna eten we samen.", "Breng een mes mee.")
        assert event.facts == {"food": ["meal", "halal"], "children": True, "childcare": [3, 11], "interpreter": ["ar", "ti"]}
        assert (event.price_cents, event.category.slug, event.dutch_level) == (250, "cooking", 2)
        assert (event.coach_seats, event.dates[0].seats, event.visibility.value) == (5, 20, "partners")
        assert [(need.what, need.amount) for need in event.needs] == [("stoelen", 12)]


def test_moving_a_date_shows_first_who_will_hear_it_and_changes_nothing_yet(jo: Visitor) -> None:
    online(jo)
    four_ways(jo)
    with inside(jo.app):
        date = f"/en/planning/dates/{the_date().public_id}"

    preview = jo.press(date + "/move", {"day": "2026-03-28"})

    assert "Saturday 28 March 2026 from 14:00 till 17:00" in preview.text
    assert [words in preview.text for words in ("1 mail", "3 calls", "1 not reachable", "Nothing has changed yet.")] == [True] * 4
    assert owed(jo) == []
    with inside(jo.app):
        assert clock.local(the_date().starts_at).day == 21

    sure = sure_form(preview.text)
    assert "Done." in jo.client.post(date + "/move", data=sure, follow_redirects=True).text
    with inside(jo.app):
        assert clock.local(the_date().starts_at).day == 28
    assert owed(jo) == [
        ("date_moved", "call", "Fatma"), ("date_moved", "call", "Fatma"), ("date_moved", "call", "Jo"), ("date_moved", "mail", ""), ("date_moved", "show", ""),
    ]  # fmt: skip


def test_cancelling_puts_each_family_on_the_call_list_of_its_coach(jo: Visitor) -> None:
    path = online(jo)
    four_ways(jo)

    preview = jo.press(path, {"reason": "De zaal is niet vrij."}, action=path.split("-")[0].rsplit("/", 1)[-1] + "-samen-soep-koken/cancel")
    assert "De zaal is niet vrij." in preview.text and "3 calls" in preview.text and owed(jo) == []
    done = jo.client.post(preview.request.path, data=sure_form(preview.text), follow_redirects=True)

    assert "Cancelled" in done.text
    assert [line for line in owed(jo) if line[1] == "call"] == [("date_cancelled", "call", "Fatma")] * 2 + [("date_cancelled", "call", "Jo")]
    fatma = Visitor(jo.app).signed_in_as("fatma")
    assert "2 calls to make" in fatma.get("/en/planning/").text
    calls = fatma.get("/en/coaching/calls").text
    assert "Amina" in calls and "Dawit" in calls
    assert "De zaal is niet vrij." in Visitor(jo.app).get(path.replace("/planning/", "/agenda/")).text


def test_who_saw_an_old_preview_is_told_when_the_date_changed_in_between(jo: Visitor) -> None:
    online(jo)
    with inside(jo.app):
        date = f"/en/planning/dates/{the_date().public_id}"
    preview = jo.press(date + "/cancel", {"reason": "Storm."})
    leen = Visitor(jo.app).signed_in_as("leen")
    moved = leen.press(date + "/move", {"day": "2026-03-28"})
    leen.client.post(date + "/move", data=sure_form(moved.text))

    page = jo.client.post(date + "/cancel", data=sure_form(preview.text))

    assert (page.status_code, "Somebody else changed this in the meantime." in page.text) == (409, True)
    assert "Saturday 28 March 2026" in page.text and 'value="Storm."' in page.text
    with inside(jo.app):
        assert the_date().is_on


def test_more_seats_let_the_waiting_in_and_this_will_do_closes_a_need(jo: Visitor) -> None:
    path = online(jo, seats="2")
    four_ways(jo)
    jo.press(path, {"what": "taart", "amount": "3"}, action="/needs")
    today = jo.get("/en/planning/").text
    assert "people wait for a seat" in today and "Still needed: 3 taart" in today
    with inside(jo.app):
        date = f"/en/planning/dates/{the_date().public_id}"

    jo.press(date, {"seats": "12"}, action="/seats")
    jo.press(path, action="/enough")

    today = jo.get("/en/planning/").text
    assert "wait for a seat" not in today and "Still needed" not in today
    assert "9 of 12" in today


def test_an_activity_behind_us_stands_among_the_past_ones(jo: Visitor) -> None:
    online(jo)

    with later(days=40):
        assert "Past" in Visitor(jo.app).signed_in_as("jo").get("/en/planning/activities").text
        assert "Nothing to do" in Visitor(jo.app).signed_in_as("jo").get("/en/planning/").text


def sure_form(page: str) -> dict[str, str]:
    """The fields of the page that asks whether one is sure."""
    from tests.conftest import forms_of

    return next(dict(form["fields"]) for form in forms_of(page) if "sure" in dict(form["fields"]))
