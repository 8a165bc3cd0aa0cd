"""A partner answers by secret link, without an account."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, inside
from tests.partners.conftest import link_of
from vwg import clock, links
from vwg.db import db, locked
from vwg.domain import dates
from vwg.models import EventDate, Invitation, Need, Notice, Partner, PartStat, Pledge, User


def answer_of(visitor: Visitor, name: str = "De Brug") -> Invitation:
    return db.session.scalars(select(Invitation).join(Invitation.partner).where(Partner.name == name)).one()


def need_field(visitor: Visitor) -> str:
    with inside(visitor.app):
        return f"need_{db.session.scalars(select(Need.id)).one()}"


def test_a_link_in_the_mail_chooses_and_changes_nothing(asked: Visitor) -> None:
    page = asked.get(link_of(asked) + "?answer=declined")

    assert page.status_code == 200
    assert 'value="declined" checked' in page.text
    with inside(asked.app):
        assert answer_of(asked).partstat == PartStat.NEEDS_ACTION


def test_it_says_who_asks_what_when_and_where(asked: Visitor) -> None:
    page = asked.get(link_of(asked)).text

    for said in ("Hello Bert, hello everybody of De Brug", "Can you help?", "Wereldkeuken", "Zaal Skala", "Doen jullie mee?", "20 more needed"):
        assert said in page


def test_a_shop_gets_one_open_field(asked: Visitor) -> None:
    page = asked.get(link_of(asked, "Bakkerij Chen")).text

    assert "What do you bring?" in page and "need_" not in page and "stoelen" not in page


def test_what_one_date_needs_is_asked_of_who_was_asked_for_all_of_them(asked: Visitor) -> None:
    with inside(asked.app):
        need = db.session.scalars(select(Need)).one()
        need.date = need.event.dates[0]
        db.session.commit()
    assert "20 more needed" in asked.get(link_of(asked)).text


def test_it_says_by_when_a_need_must_be_arranged(asked: Visitor) -> None:
    assert "Let us know before" not in asked.get(link_of(asked)).text
    with inside(asked.app):
        db.session.scalars(select(Need)).one().by = clock.at(date(2026, 3, 14), 12)
        db.session.commit()
    assert "20 more needed · Let us know before Sat 14/3." in asked.get(link_of(asked)).text


def test_the_consent_to_be_named_is_never_ticked_beforehand(asked: Visitor) -> None:
    page = asked.get(link_of(asked)).text
    tick = page[page.index('id="consent_to_name"') - 60 :][:200]

    assert "checked" not in tick


def test_we_ask_around_says_until_when(asked: Visitor) -> None:
    asked.press(link_of(asked), {"answer": "tentative", "ask_again_at": "2026-03-12"})

    assert "until Thu 12/3" in asked.get(link_of(asked)).text


def test_an_answer_may_change_until_the_activity(asked: Visitor) -> None:
    asked.press(link_of(asked), {"answer": "accepted", need_field(asked): "20", "consent_to_name": "y"})
    asked.press(link_of(asked), {"answer": "accepted", need_field(asked): "8"})
    with inside(asked.app):
        pledge = answer_of(asked).pledges[0]
        assert (pledge.amount, pledge.consent_to_name) == (8, True)

    asked.press(link_of(asked), {"answer": "declined"})
    with inside(asked.app):
        assert (answer_of(asked).partstat, answer_of(asked).pledges) == (PartStat.DECLINED, [])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-3", "Choose a number from 0 to 999."),
        ("10000", "Choose a number from 0 to 999."),
        ("veel", "Write a number in digits, like 12."),
        ("9" * 5000, "Write a number in digits, like 12."),
    ],
)
def test_a_number_without_sense_gets_its_sentence_and_nothing_is_lost(asked: Visitor, typed: str, said: str) -> None:
    answer = asked.press(link_of(asked), {"answer": "accepted", need_field(asked): typed, "comment": "We brengen koffie"})

    assert answer.status_code == 422
    assert said in answer.text and "We brengen koffie" in answer.text and 'value="accepted" checked' in answer.text
    with inside(asked.app):
        assert answer_of(asked).partstat == PartStat.NEEDS_ACTION


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answer": None}, "Choose one of the three answers."),
        ({"answer": "perhaps"}, "Choose one of the three answers."),
        ({"answer": "tentative", "ask_again_at": "2026-03-01"}, "Choose a day that is still to come."),
        ({"answer": "tentative", "ask_again_at": "gisteren"}, "Not a valid date value."),
        ({"answer": "accepted", "comment": "a" * 1001}, "This is too long: at most 1000 letters."),
    ],
)
def test_a_form_that_is_not_right_comes_back_filled(asked: Visitor, changes: dict[str, str | None], said: str) -> None:
    answer = asked.press(link_of(asked), {"replied_by": "Rahim van de werkploeg", **changes})

    assert answer.status_code == 422
    assert said in answer.text and "Rahim van de werkploeg" in answer.text


def test_an_old_form_is_shown_again_and_saves_nothing(asked: Visitor) -> None:
    answer = asked.press(link_of(asked), {"csrf_token": "old", "answer": "accepted", "comment": "Wij komen"})

    assert answer.status_code == 422 and "Wij komen" in answer.text
    with inside(asked.app):
        assert answer_of(asked).partstat == PartStat.NEEDS_ACTION


def test_a_link_with_one_sign_wrong_is_not_there(asked: Visitor) -> None:
    right = link_of(asked)
    other = right[:-1] + ("0" if right[-1] != "0" else "1")

    assert [asked.get(path).status_code for path in (right, other, right + "0", "/en/partners/reply/1", "/en/partners/reply/%00")] == [
        200, 404, 404, 404, 404,
    ]  # fmt: skip


def test_a_link_made_for_one_purpose_opens_no_other(asked: Visitor) -> None:
    with asked.app.test_request_context("/"):
        own = links.to("own", db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one(), "en")
    token = own.rpartition("/")[2]

    assert asked.get(own).status_code == 200
    assert asked.get(f"/en/partners/reply/{token}").status_code == 404
    assert asked.get(f"/en/partners/never-mail/{token}").status_code == 404


def test_the_calendar_file_is_there_after_a_yes_and_not_before(asked: Visitor) -> None:
    file = link_of(asked) + "/activity.ics"
    assert asked.get(file).status_code == 404

    asked.press(link_of(asked), {"answer": "accepted"})
    got = asked.get(file)
    assert got.status_code == 200 and got.text.startswith("BEGIN:VCALENDAR\r\n") and "METHOD:PUBLISH" in got.text
    assert f'href="{file}"' in asked.get(link_of(asked)).text


def test_what_does_not_go_on_asks_nothing_more(asked: Visitor) -> None:
    with inside(asked.app):
        date = db.session.scalars(select(EventDate)).one()
        dates.cancel(locked(EventDate, date.id), "Ziek", db.session.scalars(select(User).where(User.demo_name == "leen")).one())
        db.session.commit()
    page = asked.get(link_of(asked)).text

    assert "This does not go on" in page and "<form" not in page.partition("<main")[2]


def test_its_own_page_shows_what_was_asked_and_promised(asked: Visitor) -> None:
    asked.press(link_of(asked), {"answer": "accepted", need_field(asked): "20"})
    with asked.app.test_request_context("/"):
        own = links.to("own", db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one(), "en")
    page = asked.get(own)

    assert "Wereldkeuken" in page.text and "20" in page.text and "stoelen" in page.text
    assert "Bakkerij Chen" not in page.text and link_of(asked) in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_it_speaks_the_partners_language(asked: Visitor) -> None:
    assert '<html lang="ar" dir="rtl">' in asked.get(link_of(asked, language="ar")).text


def test_ten_presses_at_once_are_one_answer(asked: Visitor) -> None:
    link, field = link_of(asked), need_field(asked)
    token = next(value for name, value in forms_of(asked.get(link).text)[0]["fields"] if name == "csrf_token")
    cookie = asked.client.get_cookie("vwg")
    assert cookie is not None

    def press(number: int) -> int:
        someone = Visitor(asked.app).client
        someone.set_cookie("vwg", cookie.value)
        return int(someone.post(link, data={"csrf_token": token, "answer": "accepted", field: str(number)}).status_code)

    with ThreadPoolExecutor(10) as at_once:
        assert set(at_once.map(press, range(11, 21))) == {302}
    with inside(asked.app):
        assert len(db.session.scalars(select(Pledge)).all()) == 1
        assert db.session.scalars(select(Notice.kind).where(Notice.kind == "calendar_file")).all() == ["calendar_file"]
