"""Taking a seat: a number, and nothing else that must be."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, counted, forms_of, later
from tests.signup.conftest import Kitchen
from vwg import clock
from vwg.db import db
from vwg.domain import dates, rsvps, settings
from vwg.domain.rsvps import Party
from vwg.models import Signup, Stage, User, Visibility


def fields(page: Any) -> dict[str, str]:
    return dict(next(form for form in forms_of(page.text) if form["method"] == "post")["fields"])


def test_a_number_is_enough(kitchen: Kitchen, amina: Visitor) -> None:
    own = amina.press(kitchen.page(), {"people": "3"})

    assert own.status_code == 200 and "You come!" in own.text
    assert kitchen.guests() == [("", 3, "confirmed")]


def test_a_nickname_is_kept_and_nothing_else_is_asked(kitchen: Kitchen, amina: Visitor) -> None:
    asked = set(fields(amina.get(kitchen.page())))

    assert asked == {"csrf_token", "form_key", "more", "name"}  # and the tiles, none of them chosen
    amina.press(kitchen.page(), {"people": "1", "name": "  Mina  "})
    assert kitchen.guests() == [("Mina", 1, "confirmed")]


@pytest.mark.parametrize(("typed", "people"), [("8", 8), ("٨", 8), ("۸", 8), (" 12 ", 12), ("٣٠", 30)])
def test_more_than_six_is_typed_in_any_digits(kitchen: Kitchen, amina: Visitor, typed: str, people: int) -> None:
    amina.press(kitchen.page(), {"more": typed})

    assert [guest[1] for guest in kitchen.guests()] == [people]


def test_what_is_typed_wins_from_the_tile(kitchen: Kitchen, amina: Visitor) -> None:
    amina.press(kitchen.page(), {"people": "3", "more": "9"})

    assert [guest[1] for guest in kitchen.guests()] == [9]


@pytest.mark.parametrize(("filled", "status", "sentence"), [
    ({}, 422, "With how many do you come?"),
    ({"people": ""}, 422, "With how many do you come?"),
    ({"more": "many"}, 422, "Write a number in digits, like 12."),
    ({"more": "0"}, 409, "Choose a number from 1 to 30."),
    ({"people": "0"}, 409, "Choose a number from 1 to 30."),
    ({"people": "banana"}, 422, "With how many do you come? Choose a number."),
    ({"more": "-3"}, 409, "Choose a number from 1 to 30."),
    ({"more": "999"}, 409, "Choose a number from 1 to 30."),
    ({"more": "9" * 400}, 409, "Choose a number from 1 to 30."),
    ({"people": "2", "name": "A" * 10_000}, 409, "That name is too long."),
    ({"people": "2", "name": "85.07.30-033 28"}, 409, "This looks like a national register number."),
])  # fmt: skip
def test_what_cannot_be_comes_back_filled_with_its_sentence(kitchen: Kitchen, amina: Visitor, filled: dict[str, str], status: int, sentence: str) -> None:
    page = amina.press(kitchen.page(), {"name": "Mina", **filled})

    assert page.status_code == status
    assert sentence in page.text
    assert fields(page)["name"] == filled.get("name", "Mina")
    assert kitchen.guests() == []


@pytest.mark.parametrize(("name", "kept"), [("👩🏽‍🦱🌻", "👩🏽‍🦱🌻"), ("a\x00b\x07c", "abc"), ("نی‌نا", "نی‌نا"), ("\u202eanimA", "animA"), ("\u200b \u2060", ""), ("<b>x</b>", "<b>x</b>"), ("%(name)s {{7*7}}", "%(name)s {{7*7}}")])
def test_a_name_is_whatever_somebody_likes_to_be_called(kitchen: Kitchen, amina: Visitor, name: str, kept: str) -> None:
    page = amina.press(kitchen.page(), {"people": "1", "name": name})

    assert page.status_code in {200, 400}  # a NUL is refused at the door of the house
    assert kitchen.guests() == ([(kept, 1, "confirmed")] if page.status_code == 200 else [])
    assert "<b>x</b>" not in page.text


def test_a_page_that_was_open_too_long_comes_back_filled(kitchen: Kitchen, amina: Visitor) -> None:
    page = amina.press(kitchen.page(), {"people": "4", "name": "Mina", "csrf_token": "old"})

    assert page.status_code == 422
    assert "This page was open for a long time." in page.text
    assert fields(page)["name"] == "Mina" and fields(page)["people"] == "4"
    assert kitchen.guests() == []


# ---- twice, and after another


def test_a_form_sent_twice_is_one_sign_up_with_the_same_answer(kitchen: Kitchen, amina: Visitor) -> None:
    filled = {**fields(amina.get(kitchen.page())), "people": "2"}

    answers = [amina.client.post(kitchen.page(), data=filled) for _ in range(3)]

    assert len({(answer.status_code, answer.location) for answer in answers}) == 1
    assert kitchen.guests() == [("", 2, "confirmed")]


def test_the_same_answer_comes_even_when_it_closed_in_between(kitchen: Kitchen, amina: Visitor) -> None:
    filled = {**fields(amina.get(kitchen.page())), "people": "2"}
    first = amina.client.post(kitchen.page(), data=filled)
    with kitchen.open() as date:
        date.signup_closes = clock.now() - timedelta(minutes=1)

    assert amina.client.post(kitchen.page(), data=filled).location == first.location


def test_the_next_person_on_the_same_page_is_asked_about(kitchen: Kitchen, amina: Visitor) -> None:
    filled = {**fields(amina.get(kitchen.page())), "people": "2", "name": "Mina"}
    amina.client.post(kitchen.page(), data=filled)

    asked = amina.client.post(kitchen.page(), data={**filled, "people": "3", "name": "Dawit"})

    assert asked.status_code == 409
    assert "Do you want to sign up these people too?" in asked.text and "Yes, sign up these people too" in asked.text
    again = fields(asked)
    assert again["form_key"] != filled["form_key"] and (again["people"], again["name"]) == ("3", "Dawit")
    assert kitchen.guests() == [("Mina", 2, "confirmed")]
    amina.client.post(kitchen.page(), data=again)
    assert kitchen.guests() == [("Mina", 2, "confirmed"), ("Dawit", 3, "confirmed")]


def test_the_back_button_shows_the_form_that_was_sent_and_no_cache_but_the_browsers_keeps_it(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    for _ in range(2):  # with a new cookie, and with one that is there
        assert amina.get(kitchen.page()).headers["Cache-Control"] == "private, no-cache"
    assert Visitor(app).signed_in_as("leen").get(kitchen.page()).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("key", ["", "x", "\x07" * 20, "k" * 5000, "'; --"])
def test_a_strange_mark_on_the_form_comes_back_with_one_of_ours(kitchen: Kitchen, amina: Visitor, key: str) -> None:
    again = amina.press(kitchen.page(), {"people": "1", "form_key": key})

    assert again.status_code == 429 and kitchen.guests() == []
    assert amina.client.post(kitchen.page(), data=fields(again)).status_code == 302
    assert kitchen.guests() == [("", 1, "confirmed")]


# ---- full, closed, not there


def test_taking_seats_asks_the_database_ten_times_however_many_wait(kitchen_with: Callable[..., Kitchen], amina: Visitor, app: Flask) -> None:
    """Five hundred press at once: each waits for the work of all before."""
    kitchen = kitchen_with(seats=2)
    filled = dict(next(form for form in forms_of(amina.get(kitchen.page()).text) if form["method"] == "post")["fields"])
    numbers = []
    for people in (1, 2, 3, 1):  # the first comes, the others wait
        with counted(app) as asked:
            answer = amina.client.post(kitchen.page(), data={**filled, "people": str(people), "form_key": rsvps.new_form_key()})
        assert answer.status_code == 302
        numbers.append(len(asked))

    assert [status for _, _, status in kitchen.guests()] == ["confirmed", "waiting", "waiting", "waiting"]
    assert max(numbers) == 10


def test_before_the_button_it_says_that_the_places_are_gone(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=2)
    kitchen.taken(2)

    assert "All places are taken. You can stand on the waiting list." in amina.get(kitchen.page()).text
    own = amina.press(kitchen.page(), {"people": "2"})
    assert "You are first on the waiting list." in own.text and "You come!" not in own.text


def test_a_party_that_does_not_fit_waits_as_a_whole_and_moves_up(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=3)
    kitchen.taken(2, "Oksana")
    address = amina.press(kitchen.page(), {"people": "2"}).request.path
    assert kitchen.guests() == [("Oksana", 2, "confirmed"), ("", 2, "waiting")]

    with kitchen.open() as date:
        rsvps.give_back(date.rsvps[0])

    assert "You come!" in amina.get(address).text


def leen() -> User:
    return db.session.scalars(select(User).where(User.name == "Leen")).one()


CLOSED = [
    ("cancelled", "This does not go on."),
    ("postponed", "This is put off."),
    ("by us", "For this activity a volunteer signs you up."),
    ("no signup", "You need not sign up for this."),
    ("elsewhere", "Sign up on their website"),
    ("not open yet", "Signing up begins later."),
    ("closed", "You cannot sign up for this any more."),
    ("nobody responsible", "Signing up here is not open yet."),
]


@pytest.mark.parametrize(("how", "sentence"), CLOSED)
def test_what_is_closed_says_why_and_takes_nobody(kitchen: Kitchen, amina: Visitor, how: str, sentence: str) -> None:
    filled = {**fields(amina.get(kitchen.page())), "people": "2"}
    with kitchen.open() as date:
        match how:
            case "cancelled":
                dates.cancel(date, "Storm", leen())
            case "postponed":
                dates.postpone(date, "Storm", leen())
            case "by us":
                date.event.signup = Signup.BY_US
            case "no signup":
                date.event.signup = Signup.NONE
            case "elsewhere":
                date.event.signup, date.event.signup_url = Signup.ELSEWHERE, "https://example.org/tickets"
            case "not open yet":
                date.signup_opens = clock.now() + timedelta(days=1)
            case "closed":
                date.signup_closes = clock.now() - timedelta(days=1)
            case "nobody responsible":
                settings.change(responsible="")

    looked = amina.get(kitchen.page())
    sent = amina.client.post(kitchen.page(), data=filled)
    empty = amina.client.post(kitchen.page(), data={"csrf_token": filled["csrf_token"]})

    assert looked.status_code == 200 and sentence in looked.text and "form_key" not in looked.text
    assert sent.status_code == 409 and sentence in sent.text
    assert empty.status_code == 409 and sentence in empty.text
    assert kitchen.guests() == []


def test_what_opens_later_says_when_on_both_pages(kitchen: Kitchen, amina: Visitor) -> None:
    with kitchen.open() as date:
        date.signup_opens = clock.at(clock.local(date.starts_at).date() - timedelta(days=7), 18)
        activity = f"/en/agenda/{date.event.public_id}"

    assert "Saturday 14 March 2026 18:00" in amina.get(activity).text
    assert "Saturday 14 March 2026 18:00" in amina.get(kitchen.page()).text
    with later(days=13):
        assert "14 March" not in amina.get(activity).text + amina.get(kitchen.page()).text


def test_what_is_over_takes_nobody(kitchen: Kitchen, amina: Visitor) -> None:
    with later(days=19, hours=12):
        filled = {"csrf_token": fields(amina.get("/en/signup/code"))["csrf_token"], "people": "2"}
        looked, sent = amina.get(kitchen.page()), amina.client.post(kitchen.page(), data=filled)

    assert (looked.status_code, sent.status_code) == (200, 409)
    assert "This is over." in looked.text and "This is over." in sent.text
    assert kitchen.guests() == []


@pytest.mark.parametrize("state", [Stage.DRAFT, Visibility.PARTNERS, Visibility.INTERNAL])
def test_what_strangers_do_not_see_is_not_found(kitchen: Kitchen, amina: Visitor, state: Any) -> None:
    filled = {**fields(amina.get(kitchen.page())), "people": "2"}
    with kitchen.open() as date:
        setattr(date.event, "stage" if isinstance(state, Stage) else "visibility", state)

    assert amina.get(kitchen.page()).status_code == 404
    assert amina.client.post(kitchen.page(), data=filled).status_code == 404
    assert kitchen.guests() == []


@pytest.mark.parametrize("date", ["d2345678z", "e2345678z", "d", "٣", "x" * 3000])
def test_an_unknown_date_is_not_found(kitchen: Kitchen, amina: Visitor, date: str) -> None:
    assert amina.get(f"/en/signup/{date}").status_code == 404
    assert amina.client.post(f"/en/signup/{date}").status_code == 404


# ---- the two quiet lines


@pytest.mark.parametrize(("language", "others"), [("nl", []), ("en", ["nl"]), ("ar", ["nl", "en"])])
def test_what_is_kept_is_said_above_the_button_and_in_dutch_just_under_it(kitchen: Kitchen, amina: Visitor, language: str, others: list[str]) -> None:
    """The button stays on the first screen of a small phone; the Dutch and English are never shut away."""
    page = amina.get(kitchen.page(language)).text
    above, below = page[page.index('<div class="priv">') :].split('<button class="btn', 1)

    assert "7" in above and 'class="tr"' not in above
    assert re.findall(r'<div class="tr" lang="([^"]+)" dir="ltr">', below) == others


def test_the_days_of_keeping_are_those_of_the_settings(kitchen: Kitchen, amina: Visitor) -> None:
    with kitchen.open():
        settings.change(keep_name_days=3)

    assert "3 days after it we erase it" in amina.get(kitchen.page()).text


def test_what_is_typed_stays_on_no_device(kitchen: Kitchen, amina: Visitor) -> None:
    """A phone is shared: the browser is not asked to remember a name."""
    assert re.search(r'<input[^>]*autocomplete="off"[^>]*name="name"', amina.get(kitchen.page()).text)


def test_seats_for_coaches_are_not_offered_to_strangers(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=6, coach_seats=4)
    with kitchen.open() as date:
        rsvps.sign_up(date, Party(2), language="uk")

    assert "All places are taken." in amina.get(kitchen.page()).text
