"""What comes back, what is like last time, what goes online later: on the screen."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, hours, inside, later
from tests.planning.test_pages import FIVE, kitchen
from vwg import clock, worker
from vwg.db import db, locked
from vwg.domain import dates, events, needs, rsvps
from vwg.domain.events import Details
from vwg.domain.rsvps import Party
from vwg.models import DateState, Event, EventDate, EventText, Household, Notice, Place, Stage, User


@pytest.fixture
def jo(visitor: Visitor) -> Visitor:
    return visitor.signed_in_as("jo")


def table(app: Flask, published: bool = True) -> tuple[str, list[str]]:
    """Jo's talking table, six Thursdays from 5 March; Amina comes on the last."""
    with inside(app):
        jo = db.session.scalars(select(User).where(User.demo_name == "jo")).one()
        skala = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
        times = dates.every_week(hours(5, 19, 21), clock.at(date(2026, 4, 9), 23))
        event = events.create(Details("Praattafel", place=skala, seats=12), times, jo, weekly=True)
        if published:
            events.publish(event, jo)
            amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
            rsvps.sign_up(locked(EventDate, event.dates[5].id), Party(2), language="ar", household=amina, entered_by=jo)
        db.session.commit()
        return event.public_id, [each.public_id for each in event.dates]


def starts(app: Flask) -> list[str]:
    with inside(app):
        found = db.session.scalars(select(EventDate).order_by(EventDate.starts_at)).all()
        return [f"{clock.local(each.starts_at):%d/%m %H:%M}" for each in found]


# ---- posting what comes back


def test_jo_posts_every_other_week_until_the_school_holiday_without_public_ones(jo: Visitor) -> None:
    jo.press("/en/planning/new", {**FIVE, "every": "week", "interval": "2", "until_holiday": "y"})

    assert starts(jo.app) == ["21/03 14:00", "04/04 14:00"]
    with inside(jo.app):
        assert [each.rule for each in db.session.scalars(select(Event)).one().series] == ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SA"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"until": "2026-06-01", "every": "month_end"}, "The first date is not the last one of its month."),
        ({"until": "2026-06-01", "interval": "0"}, "Choose a number from 1 to 12."),
        ({"until": "2026-06-01", "interval": "elke"}, "Write a number in digits, like 12."),
        ({"until": "2026-04-09", "dates-0-day": "2026-04-07", "without_school": "y"}, "That makes no dates at all."),
    ],
)
def test_a_rhythm_that_cannot_be_is_refused_beside_its_field(jo: Visitor, wrong: dict[str, str], sentence: str) -> None:
    page = jo.press("/en/planning/new", {**FIVE, **wrong})

    assert (page.status_code in {409, 422}, sentence in page.text, starts(jo.app)) == (True, True, [])
    assert 'value="Samen soep koken"' in page.text


def test_an_end_too_far_away_is_said_at_the_end_and_nothing_is_lost(jo: Visitor) -> None:
    far = {"every": "month", "until": "2033-12-31"}
    new = jo.press("/en/planning/new", {**FIVE, **far})
    event, _ = table(jo.app, published=False)
    again = jo.press(f"/en/planning/{event}/repeat", far)

    for page in (new, again):
        assert page.status_code == 409
        beside = page.text.split('id="until-wrong"')[1]
        assert "more than five years away" in beside[:300] and 'value="2033-12-31"' in page.text
    assert FIVE["title"] in new.text


def test_a_draft_is_repeated_from_its_page_and_without_an_end_it_is_asked(jo: Visitor) -> None:
    event, _ = kitchen(jo.app, published=False)
    page = jo.press(f"/en/planning/{event}/repeat", {"every": "month"})
    assert (page.status_code, "Until when?" in page.text) == (409, True)

    jo.press(f"/en/planning/{event}/repeat", {"every": "month", "until": "2026-06-30"})

    assert starts(jo.app) == ["21/03 14:00", "18/04 14:00", "16/05 14:00", "20/06 14:00"]


# ---- steps of a series


def test_the_later_ones_move_after_a_preview_that_counts_who_hears_it(jo: Visitor) -> None:
    _, dates = table(jo.app)
    asked = jo.press(f"/en/planning/dates/{dates[3]}/move", {"scope": "following", "day": "2026-03-27"})
    assert ("It is about 3 dates." in asked.text, "1 call" in asked.text) == (True, True)
    assert starts(jo.app)[3] == "26/03 19:00"

    form = next(form for form in forms_of(asked.text) if ("sure", "1") in form["fields"])
    jo.client.post(f"/en/planning/dates/{dates[3]}/move", data=dict(form["fields"]))

    assert starts(jo.app) == ["05/03 19:00", "12/03 19:00", "19/03 19:00", "27/03 19:00", "03/04 19:00", "10/04 19:00"]


def test_saving_a_move_with_nothing_changed_asks_nothing(jo: Visitor) -> None:
    _, dates = table(jo.app)

    page = jo.press(f"/en/planning/dates/{dates[3]}/move", {"scope": "all"})

    assert "It stands there already: nothing changed." in page.text
    assert "Who will hear this" not in page.text


def test_a_date_of_a_draft_series_is_taken_away_singly(jo: Visitor) -> None:
    event, dates = table(jo.app, published=False)

    page = jo.press(f"/en/planning/dates/{dates[1]}", action="/remove")

    assert (page.request.path.split("/")[3].partition("-")[0], len(starts(jo.app))) == (event, 5)


def test_a_date_somebody_counts_on_is_not_taken_away(jo: Visitor) -> None:
    _, dates = table(jo.app)

    page = jo.press(f"/en/planning/dates/{dates[3]}/remove", {"scope": "following"})

    assert (page.status_code, "People may count on this." in page.text, len(starts(jo.app))) == (409, True, 6)


def test_a_cancelled_date_is_put_on_again_after_a_preview(jo: Visitor) -> None:
    _, dates = table(jo.app)
    asked = jo.press(f"/en/planning/dates/{dates[5]}/cancel", {"reason": "Ziek."})
    form = next(form for form in forms_of(asked.text) if ("sure", "1") in form["fields"])
    jo.client.post(f"/en/planning/dates/{dates[5]}/cancel", data=dict(form["fields"]))
    assert "Does it go on after all?" in jo.get(f"/en/planning/dates/{dates[5]}").text

    asked = jo.press(f"/en/planning/dates/{dates[5]}", action="/on-again")
    assert "1 call" in asked.text
    form = next(form for form in forms_of(asked.text) if ("sure", "1") in form["fields"])
    jo.client.post(f"/en/planning/dates/{dates[5]}/on-again", data=dict(form["fields"]))

    with inside(jo.app):
        assert {each.state for each in db.session.scalars(select(EventDate))} == {DateState.ON}
        assert "date_on_again" in db.session.scalars(select(Notice.kind)).all()


# ---- before it is online


def test_what_clashes_is_said_and_blocks_nothing(jo: Visitor) -> None:
    table(jo.app)
    jo.press("/en/planning/new", {**FIVE, "dates-0-day": "2026-03-19", "dates-0-starts": "20:00", "dates-0-ends": "22:00", "other_place": "Zaal Skala"})
    with inside(jo.app):
        event = db.session.scalars(select(Event.public_id).order_by(Event.id.desc())).first()

    page = jo.get(f"/en/planning/{event}").text
    assert "Praattafel is in the same place at that time: Thu 19/3." in page
    assert "Ramadan" in page
    assert "It is online." in jo.press(f"/en/planning/{event}", action="/publish").text


def test_it_goes_online_at_a_moment_by_the_worker(jo: Visitor) -> None:
    event, _ = kitchen(jo.app, published=False)
    past = jo.press(f"/en/planning/{event}/later", {"day": "2026-03-01", "hour": "8"})
    assert (past.status_code, "This moment is past." in past.text) == (409, True)

    page = jo.press(f"/en/planning/{event}/later", {"day": "2026-03-10", "hour": "8:30"})
    assert "It goes online by itself: Tue 10/3, 08:30." in page.text
    with jo.app.app_context():
        worker.publish_what_is_due()
        assert db.session.scalars(select(Event.stage)).one() == Stage.READY
        db.session.rollback()
        with later(days=8):
            worker.publish_what_is_due()
            assert db.session.scalars(select(Event.stage)).one() == Stage.PUBLISHED


def test_one_writes_and_another_looks_it_over(jo: Visitor) -> None:
    event, _ = kitchen(jo.app, published=False)
    assert "It is ready." in jo.press(f"/en/planning/{event}", action="/ready").text
    assert "Nobody outside sees it" in jo.press(f"/en/planning/{event}", action="/ready").text


# ---- words, and what was


def test_the_earlier_text_comes_back_by_a_press_but_not_over_newer_words(jo: Visitor) -> None:
    event, _ = kitchen(jo.app)
    jo.press(f"/en/planning/{event}/edit", {"title": "Feest"})
    stale = next(form for form in forms_of(jo.get(f"/en/planning/{event}").text) if form["action"].endswith("/undo"))
    jo.press(f"/en/planning/{event}/edit", {"title": "Groot feest"})

    refused = jo.client.post(stale["action"], data=dict(stale["fields"]))
    assert refused.status_code == 409
    assert "<h1>Feest</h1>" in jo.press(f"/en/planning/{event}", action="/undo").text


def test_like_last_time_takes_words_needs_and_translations_and_nobody(jo: Visitor) -> None:
    event, _ = kitchen(jo.app, text="We koken.")
    with inside(jo.app):
        first = db.session.scalars(select(Event)).one()
        needs.add(first, "stoelen", 20)
        first.texts.append(EventText(language="ar", title="مطبخ", source_version=1))
        db.session.commit()

    page = jo.press("/en/planning/new", action=f"/{event}-wereldkeuken/again")

    assert "A copy, not online yet." in page.text
    with inside(jo.app):
        draft = db.session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert draft is not None
        assert [(text.language, text.title, text.source_version) for text in draft.texts] == [("ar", "مطبخ", 1), ("nl", "Wereldkeuken", 0)]
        assert [(need.what, need.amount) for need in draft.needs] == [("stoelen", 20)]
        assert ([host.name for host in draft.hosts], draft.dates[0].rsvps, draft.stage) == (["Jo"], [], Stage.DRAFT)
        assert [f"{clock.local(each.starts_at):%d/%m %H:%M}" for each in draft.dates] == ["28/03 14:00"]


def test_seven_days_are_one_text_in_the_language_asked(jo: Visitor) -> None:
    table(jo.app)

    dutch = jo.get("/en/planning/week?in=nl").text
    assert "*Donderdag 5 maart 2026*\n19:00 Praattafel, Zaal Skala, Kalkendorp 1, 9270 Kalken\nhttp://localhost/nl/agenda/" in dutch
    assert "12 maart" not in dutch
    assert jo.get("/en/planning/week?in=klingon").status_code == 200
