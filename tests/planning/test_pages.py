"""Who may open the volunteers' pages, and what their forms refuse: each comes back filled."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, counted, forms_of, hours, inside, world_kitchen
from vwg import demo, messages
from vwg.db import db, locked
from vwg.domain import dates, rsvps, translations
from vwg.domain.rsvps import Party
from vwg.models import Category, Event, EventDate, Look, Notice, Place, Rsvp, Stage, User, UserSession

FIVE = {
    "title": "Samen soep koken", "dates-0-day": "2026-03-21", "dates-0-starts": "14:00", "dates-0-ends": "17:00",
    "other_place": "Tuin van Leen", "seats": "12", "line": "We koken soep.",
}  # fmt: skip


@pytest.fixture
def jo(visitor: Visitor) -> Visitor:
    return visitor.signed_in_as("jo")


def kitchen(app: Flask, **details: Any) -> tuple[str, str]:
    """Leen's kitchen, with Rahim's party of three in it: the ids of the activity and of its date."""
    with inside(app):
        cast_like = world_kitchen(_cast(), **details)
        date = locked(EventDate, cast_like.dates[0].id)
        if cast_like.stage == Stage.PUBLISHED:
            rsvps.sign_up(date, Party(3), language="ar", name="Rahim")
        db.session.commit()
        return cast_like.public_id, date.public_id


def _cast() -> demo.Cast:
    """As much of the cast as the kitchen needs, found again."""
    leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
    skala = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
    cooking = db.session.scalars(select(Category).where(Category.slug == "cooking")).one()
    nobody: Any = None
    return demo.Cast(leen, nobody, nobody, nobody, nobody, nobody, nobody, skala, skala, cooking, cooking, nobody, nobody)


def the(app: Flask) -> Event:
    return db.session.scalars(select(Event).order_by(Event.id.desc())).first()


def pages(event: str, date: str) -> list[str]:
    return [
        "/en/planning/", "/en/planning/activities", "/en/planning/new", f"/en/planning/{event}", f"/en/planning/{event}/edit",
        f"/en/planning/{event}/edit/price", f"/en/planning/{event}/needs", f"/en/planning/{event}/dates", f"/en/planning/{event}/where",
        f"/en/planning/{event}/postpone", f"/en/planning/{event}/cancel", f"/en/planning/dates/{date}", f"/en/planning/dates/{date}/move",
        f"/en/planning/dates/{date}/postpone", f"/en/planning/dates/{date}/cancel", f"/en/planning/dates/{date}/seats",
        f"/en/planning/dates/{date}/names",
    ]  # fmt: skip


# ---- who may


def test_a_volunteer_opens_every_page(jo: Visitor) -> None:
    for path in pages(*kitchen(jo.app)):
        assert jo.get(path).status_code == 200, path


def test_a_stranger_is_sent_to_sign_in(visitor: Visitor) -> None:
    for path in pages(*kitchen(visitor.app)):
        answer = visitor.get(path)
        assert (answer.status_code, "/account/sign-in" in answer.location) == (302, True), path


def test_bert_of_de_brug_finds_nothing_here(visitor: Visitor) -> None:
    with inside(visitor.app):
        db.session.add(User(name="Bert", email="bert@example.org", demo_name="bert"))
        db.session.commit()
    bert = visitor.signed_in_as("bert")
    for path in pages(*kitchen(visitor.app)):
        assert bert.get(path).status_code == 404, path


def test_what_is_not_there_is_not_found(jo: Visitor) -> None:
    event, date = kitchen(jo.app)
    for path in ("/en/planning/e00000000", "/en/planning/dates/d00000000", f"/en/planning/{event}/edit/nothing"):
        assert jo.get(path).status_code == 404, path
    with inside(jo.app):
        identity = db.session.scalars(select(Rsvp.public_id)).one()
    assert jo.client.post(f"/en/planning/dates/{date}/names/{identity}/give-back").status_code == 404


def test_names_are_for_hosts_and_any_volunteer_becomes_one_by_a_press_that_is_shown(jo: Visitor) -> None:
    event, date = kitchen(jo.app)
    names = f"/en/planning/dates/{date}/names"
    assert "Rahim" not in jo.get(names).text
    with inside(jo.app):
        assert list(db.session.scalars(select(Look.id))) == []

    page = jo.press(names)

    assert page.request.path == names and "Rahim" in page.text
    assert "Jo became host" in jo.get(f"/en/planning/{event}").text
    with inside(jo.app):
        assert len(list(db.session.scalars(select(Look.id)))) == 1


def test_a_host_gives_a_party_back_and_the_next_one_comes(jo: Visitor) -> None:
    _, date = kitchen(jo.app, seats=3)
    with inside(jo.app):
        kept = locked(EventDate, db.session.scalars(select(EventDate.id)).one())
        rsvps.sign_up(kept, Party(2), language="ti", name="Selam")
        db.session.commit()
    jo.press(f"/en/planning/dates/{date}/names")

    page = jo.press(f"/en/planning/dates/{date}/names", action="/give-back")

    assert "Selam" in page.text and "Rahim" not in page.text and "2 of 3" in page.text


def test_no_names_are_kept_for_who_is_not_signed_in_any_more(jo: Visitor) -> None:
    _, date = kitchen(jo.app)
    answer = Visitor(jo.app).client.post(f"/en/planning/dates/{date}/names/r00000000/give-back", data={"who": "Rahim"})

    assert (answer.status_code, "Rahim" in answer.text) == (401, False)


def test_who_is_no_host_sees_in_the_preview_how_many_and_not_who(jo: Visitor) -> None:
    _, date = kitchen(jo.app)
    cancel = f"/en/planning/dates/{date}/cancel"

    page = jo.press(cancel, {"reason": "De zaal is niet vrij."})
    assert "1 not reachable" in page.text and "Rahim" not in page.text

    assert "Rahim" in Visitor(jo.app).signed_in_as("leen").press(cancel, {"reason": "De zaal is niet vrij."}).text


# ---- bad input


@pytest.mark.parametrize(
    ("wrong", "status", "sentence"),
    [
        ({"title": " "}, 422, "Say in a few words what it is."),
        ({"title": "a" * 10_000}, 422, "This is too long: at most 90 letters."),
        ({"line": "a" * 10_000}, 422, "This is too long: at most 300 letters."),
        ({"dates-0-day": "", "dates-0-starts": "", "dates-0-ends": ""}, 422, "choose at least one date"),
        ({"dates-0-starts": ""}, 422, "From what hour?"),
        ({"dates-0-day": "morgen"}, 422, "Not a valid date value."),
        ({"dates-0-day": "0021-03-21"}, 422, "Look at the year of this date."),
        ({"dates-0-ends": "late"}, 422, "Write the hour like 14:00."),
        ({"seats": "veel"}, 422, "Write a number in digits, like 12."),
        ({"seats": "0"}, 422, "Choose a number from 1 to 999."),
        ({"place": "l00000000"}, 422, "Not a valid choice."),
        ({"dates-0-starts": "18:00"}, 409, "It ends before it begins."),
        ({"dates-1-day": "2026-02-21", "dates-1-starts": "14:00", "dates-1-ends": "15:00"}, 409, "This date is in the past."),
        ({"dates-0-day": "2036-03-21"}, 409, "This is more than five years away."),
        ({"until": "2026-03-14"}, 409, "The last day comes before the first date."),
        ({"until": "2040-03-14"}, 409, "That makes more than 400 dates."),
    ],
)
def test_posting_refuses_beside_the_field_and_comes_back_filled(jo: Visitor, wrong: dict[str, str], status: int, sentence: str) -> None:
    given = {**FIVE, **wrong}

    page = jo.press("/en/planning/new", given)

    assert (page.status_code, sentence in page.text) == (status, True)
    typed = dict(next(form for form in forms_of(page.text) if form["action"] == "")["fields"])
    kept = {name: typed[name].lstrip("\r\n") for name in given if name != "place"}
    assert kept == {name: value for name, value in given.items() if name != "place"}
    with inside(jo.app):
        assert list(db.session.scalars(select(Event.id))) == []


def test_more_rows_keep_what_was_typed_and_save_nothing(jo: Visitor) -> None:
    page = jo.press("/en/planning/new", {**FIVE, "more": "1"})

    assert page.status_code == 200
    assert page.text.count('type="date"') == 7 and 'value="Samen soep koken"' in page.text
    again = jo.client.post("/en/planning/new", data={**dict(forms_of(page.text)[0]["fields"]), "more": "1"})
    assert again.text.count('type="date"') == 10
    with inside(jo.app):
        assert list(db.session.scalars(select(Event.id))) == []


@pytest.mark.parametrize(
    ("part", "wrong", "sentence"),
    [
        ("price", {"price": "gratis"}, "Write the price like 2 or 2,50."),
        ("price", {"price": "-3"}, "Write the price like 2 or 2,50."),
        ("seats", {"seats": "tien"}, "Write a number in digits, like 12."),
        ("signup", {"signup": "elsewhere", "signup_url": "javascript:alert(1)"}, "Write the whole address"),
        ("facts", {"childcare": "6", "childcare_to": "3"}, "Say two ages, the youngest first."),
        ("dutch", {"dutch_level": "9"}, "Not a valid choice."),
        ("text", {"text": "a" * 10_000}, "at most 5000 letters"),
    ],
)
def test_a_closed_line_refuses_beside_its_field_and_changes_nothing(jo: Visitor, part: str, wrong: dict[str, str], sentence: str) -> None:
    event, _ = kitchen(jo.app)
    with inside(jo.app):
        before = the(jo.app).version

    page = jo.press(f"/en/planning/{event}/edit/{part}", wrong)

    assert (page.status_code, sentence in page.text) == (422, True)
    assert all(value in page.text for value in wrong.values() if part != "dutch")
    with inside(jo.app):
        assert the(jo.app).version == before


def test_fewer_seats_than_are_taken_is_refused_beside_the_field(jo: Visitor) -> None:
    event, date = kitchen(jo.app)
    for path in (f"/en/planning/{event}/edit/seats", f"/en/planning/dates/{date}/seats"):
        page = jo.press(path, {"seats": "2"})
        assert (page.status_code, "3 seats are taken already." in page.text, 'value="2"' in page.text) == (409, True, True), path
        assert ("Who came last would have to wait:" in page.text, "Rahim" in page.text) == (True, False)  # Jo is no host: no names
    with inside(jo.app):
        assert the(jo.app).dates[0].seats == 40
        assert list(db.session.scalars(select(Look.id))) == []


@pytest.mark.parametrize("where", ["edit/seats", "dates"])
def test_a_host_sees_who_would_wait_and_lets_them_by_one_press(jo: Visitor, where: str) -> None:
    event, date = kitchen(jo.app)
    leen, path = Visitor(jo.app).signed_in_as("leen"), f"/en/planning/{event}/edit/seats" if where != "dates" else f"/en/planning/dates/{date}/seats"
    page = leen.press(path, {"seats": "2"})
    assert ("3 people · <bdi>Rahim</bdi>" in page.text, 'name="may_wait"' in page.text) == (True, True)

    fields = dict(next(form for form in forms_of(page.text) if ("seats", "2") in form["fields"])["fields"])
    assert leen.client.post(path, data={**fields, "may_wait": "1"}).status_code == 302
    with inside(jo.app):
        rahim = the(jo.app).dates[0].rsvps[0]
        assert (the(jo.app).dates[0].seats, rahim.name, rahim.is_waiting) == (2, "Rahim", True)
        notice = db.session.scalars(select(Notice)).one()
        assert (notice.kind, notice.recipient_id) == ("back_in_line", rahim.id)
        assert "You stand on the waiting list" in messages.words(notice, "en").text
        assert db.session.scalars(select(Look.date_id)).all() == [the(jo.app).dates[0].id]


def test_a_reason_said_in_other_languages_is_what_people_read(jo: Visitor) -> None:
    event, date = kitchen(jo.app)
    said = {"reason": "De zaal is dicht.", "reason_ar": "القاعة مغلقة"}
    page = jo.press(f"/en/planning/dates/{date}/cancel", said)
    assert all(value in page.text for value in said.values())  # the preview carries both

    sure = dict(next(form for form in forms_of(page.text) if ("sure", "1") in form["fields"])["fields"])
    assert jo.client.post(f"/en/planning/dates/{date}/cancel", data=sure).status_code == 302
    with inside(jo.app):
        notice = db.session.scalars(select(Notice)).one()
        assert (notice.language, said["reason_ar"] in messages.words(notice).text) == ("ar", True)
        assert said["reason"] in messages.words(notice, "en").text  # nobody said it in English: the Dutch stands there
        assert [missing.public_id for missing in translations.reasons()] == [date]  # and its translators are asked
    assert jo.press(f"/en/planning/{event}/cancel", {"reason": "x", "reason_ar": "y" * 201}).status_code == 422


def test_who_saves_second_sees_both_and_may_save_again(jo: Visitor) -> None:
    event, _ = kitchen(jo.app)
    path = f"/en/planning/{event}/edit"
    first = dict(next(form for form in forms_of(jo.get(path).text) if form["action"].endswith("/edit"))["fields"])
    Visitor(jo.app).signed_in_as("leen").press(path, {"title": "Wereldkeuken in de tuin"}, action="/edit")

    page = jo.client.post(path, data={**first, "title": "Samen koken"})

    assert page.status_code == 409
    assert "Somebody else changed this in the meantime." in page.text
    assert "Wereldkeuken in de tuin" in page.text and 'value="Samen koken"' in page.text
    again = next(form for form in forms_of(page.text) if form["action"].endswith("/edit"))
    assert jo.client.post(again["action"], data=dict(again["fields"])).status_code == 302
    with inside(jo.app):
        assert the(jo.app).title == "Samen koken"


def test_a_form_filled_while_the_sign_in_ended_is_there_again_and_not_done(jo: Visitor) -> None:
    with inside(jo.app):
        for device in db.session.scalars(select(UserSession)):
            device.ended_at = device.created_at
        db.session.commit()
    page = jo.client.post("/en/planning/new", data=FIVE)
    assert (page.status_code, "Samen soep koken" in page.text) == (401, True)

    kept = {**FIVE, "_kept": "1"}
    page = jo.signed_in_as("jo").client.post("/en/planning/new", data=kept)

    assert (page.status_code, 'value="Samen soep koken"' in page.text) == (422, True)
    with inside(jo.app):
        assert list(db.session.scalars(select(Event.id))) == []


def test_a_press_without_our_token_changes_nothing(jo: Visitor) -> None:
    event, date = kitchen(jo.app, published=False)

    for path in (f"{event}/publish", f"{event}/discard", f"{event}/host", f"dates/{date}/remove"):
        assert jo.client.post(f"/en/planning/{path}").status_code in {400, 409, 422}, path
    with inside(jo.app):
        assert (the(jo.app).stage, len(the(jo.app).hosts)) == (Stage.DRAFT, 1)


def test_a_step_that_cannot_be_says_why(jo: Visitor) -> None:
    event, date = kitchen(jo.app)
    with inside(jo.app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        dates.cancel(locked(EventDate, the(jo.app).dates[0].id), "Storm.", leen)
        db.session.commit()

    for path in (f"dates/{date}/cancel", f"dates/{date}/postpone", f"{event}/cancel"):
        page = jo.press(f"/en/planning/{path}", {"reason": "Nog eens."})
        assert (page.status_code, "This does not go on." in page.text) == (409, True), path
    assert jo.press(f"/en/planning/{event}/dates", {"day": "2026-03-01", "starts": "10", "ends": "11"}).status_code == 409
    assert jo.press(f"/en/planning/dates/{date}/postpone", {"reason": "  "}).status_code == 422


def test_the_first_pages_ask_at_most_fifteen_queries(jo: Visitor) -> None:
    for _ in range(4):
        kitchen(jo.app, seats=2)
    for path in ("/en/planning/", "/en/planning/activities", f"/en/planning/{kitchen(jo.app)[0]}"):
        with counted(jo.app) as said:
            assert jo.get(path).status_code == 200
        assert len(said) <= 15, f"{path}: {len(said)}\n" + "\n".join(line[:90] for line in said)


def test_a_date_of_a_draft_goes_without_a_preview(jo: Visitor) -> None:
    event, date = kitchen(jo.app, published=False)

    page = jo.press(f"/en/planning/dates/{date}/move", {"day": "2026-03-28"})
    assert page.request.path == f"/en/planning/dates/{date}"
    jo.press(f"/en/planning/{event}/dates", {"day": "2026-04-04", "starts": "14.00", "ends": "17u"})
    jo.press(f"/en/planning/dates/{date}", action="/remove")

    with inside(jo.app):
        assert [each.starts_at for each in the(jo.app).dates] == [hours(4, 14, 17, month=4).starts_at]
    jo.press(f"/en/planning/{event}", action="/discard")
    with inside(jo.app):
        assert list(db.session.scalars(select(Event.id))) == []
