"""Who goes like a script is slowed down; sixty people behind one address are not."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from tests.conftest import Visitor, forms_of, later
from tests.signup.conftest import Kitchen
from vwg import clock
from vwg.domain import pace

THREE = timedelta(seconds=3)


@pytest.fixture(autouse=True)
def as_people(monkeypatch: pytest.MonkeyPatch, quick_fingers: None, app: Flask) -> Iterator[None]:
    """The clock stands still, so that a slow machine is not taken for a slow hand."""
    monkeypatch.setattr(pace, "QUICKEST", THREE)
    with time_machine.travel(clock.now(), tick=False):
        yield


def filled(page: Any, **changes: str) -> dict[str, str]:
    return {**dict(next(form for form in forms_of(page.text) if form["method"] == "post")["fields"]), **changes}


def test_an_answer_under_three_seconds_comes_back_filled_and_passes_a_moment_later(kitchen: Kitchen, amina: Visitor) -> None:
    asked = amina.client.post(kitchen.page(), data=filled(amina.get(kitchen.page()), people="4", name="Mina"))

    assert (asked.status_code, asked.headers["Retry-After"]) == (429, "3")
    assert "Wait a moment and press once more." in asked.text and kitchen.guests() == []
    again = filled(asked)
    assert (again["people"], again["name"]) == ("4", "Mina")
    with later(seconds=4):
        assert amina.client.post(kitchen.page(), data=again).status_code == 302
    assert kitchen.guests() == [("Mina", 4, "confirmed")]


def test_a_mark_that_we_did_not_make_is_no_mark(kitchen: Kitchen, amina: Visitor) -> None:
    page = amina.get(kitchen.page())
    with later(seconds=10):
        for key in ("", "a" * 20, pace.new_key()[:-1] + "x", filled(page)["form_key"].replace("-", "-0", 1)):
            assert amina.client.post(kitchen.page(), data=filled(page, people="1", form_key=key)).status_code == 429
    assert kitchen.guests() == []


def test_a_form_reused_without_answering_the_question_takes_nothing_and_the_host_sees_a_line(kitchen: Kitchen, amina: Visitor) -> None:
    form = filled(amina.get(kitchen.page()), people="1")
    with later(seconds=10):
        answers = [amina.client.post(kitchen.page(), data={**form, "name": f"Guest {number}"}) for number in range(6)]

        assert [answer.status_code for answer in answers] == [302, 409, 429, 429, 429, 429]
        assert [guest[0] for guest in kitchen.guests()] == ["Guest 0"]
        with kitchen.open() as date:
            assert pace.noted([date]) == {date.id: 4}
        answered = filled(answers[-1])  # a person reads what comes back, and presses there
    with later(seconds=20):
        assert amina.client.post(kitchen.page(), data=answered).status_code == 302


def test_from_one_chain_of_forms_thirty_seats_in_ten_minutes_are_enough(kitchen_with: Callable[..., Kitchen], amina: Visitor) -> None:
    kitchen = kitchen_with(seats=200)
    form, statuses = filled(amina.get(kitchen.page()), people="6"), []
    for number in range(7):
        with later(seconds=5 * number + 5):
            answer = amina.client.post(kitchen.page(), data={**form, "name": f"Guest {number}"})
            if answer.status_code == 302:
                answer = amina.client.post(kitchen.page(), data={**form, "name": f"Guest {number} too"})
            statuses.append(answer.status_code)
            form = filled(answer, people="6")
    assert statuses == [409, 409, 409, 409, 409, 429, 429]
    assert sum(guest[1] for guest in kitchen.guests()) == 30
    with later(minutes=12):
        assert amina.client.post(kitchen.page(), data={**form, "name": "Oksana"}).status_code == 302


def test_sixty_people_behind_one_address_all_get_in_within_ten_minutes(kitchen_with: Callable[..., Kitchen], app: Flask) -> None:
    kitchen = kitchen_with(seats=None)
    statuses = []
    for number in range(60):
        guest = Visitor(app)
        with later(seconds=10 * number):
            form = filled(guest.client.get(kitchen.page("ar"), environ_base={"REMOTE_ADDR": "203.0.113.7"}), people="2")
        with later(seconds=10 * number + 4):
            statuses.append(guest.client.post(kitchen.page("ar"), data=form, environ_base={"REMOTE_ADDR": "203.0.113.7"}).status_code)

    assert statuses == [302] * 60
    assert len(kitchen.guests()) == 60


def test_a_double_tap_is_one_sign_up_and_no_script(kitchen: Kitchen, amina: Visitor) -> None:
    form = filled(amina.get(kitchen.page()), people="30")
    with later(seconds=5):
        answers = [amina.client.post(kitchen.page(), data=form) for _ in range(3)]

    assert {(answer.status_code, answer.location) for answer in answers} == {(302, answers[0].location)}
    assert len(kitchen.guests()) == 1


def test_each_refusal_is_a_sentence_over_a_filled_form_and_a_line_for_the_host(kitchen: Kitchen, amina: Visitor, app: Flask) -> None:
    """Too quick, too many, and the same form again and again; only then has Leen something to read."""
    leen = Visitor(app).signed_in_as("leen")
    pages = [f"/en/planning/dates/{kitchen.public_id}", f"/en/planning/dates/{kitchen.public_id}/to-confirm"]
    assert all("faster than people do" not in leen.get(page).text for page in pages)

    form = filled(amina.get(kitchen.page()), people="6", more="30", name="Mina")
    refusals = [amina.client.post(kitchen.page(), data=form)]
    with later(seconds=5):
        assert amina.client.post(kitchen.page(), data=form).status_code == 302
        asked = amina.client.post(kitchen.page(), data={**form, "name": "Saba"})  # a question, no refusal
    with later(seconds=10):
        refusals.append(amina.client.post(kitchen.page(), data=filled(asked)))
        refusals.append(amina.client.post(kitchen.page(), data={**form, "name": "Saba"}))

    said = ["That went very fast.", "From this page more than 30 places were asked in ten minutes.", "Do you want to sign up these people too?"]
    assert [(answer.status_code, sentence in answer.text) for answer, sentence in zip(refusals, said, strict=True)] == [(429, True)] * 3
    assert [(filled(answer)["more"], filled(answer)["name"]) for answer in refusals] == [("30", "Mina"), ("30", "Saba"), ("30", "Saba")]
    assert [guest[0] for guest in kitchen.guests()] == ["Mina"]
    assert all("3 times in the last day somebody tried to sign up faster than people do" in leen.get(page).text for page in pages)
