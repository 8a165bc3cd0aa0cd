"""The pages about signing up: rules, window, totals, and who is asked once more."""

from types import SimpleNamespace

from sqlalchemy import select

from tests.conftest import Visitor, inside, world_kitchen
from vwg import clock
from vwg.db import db, locked
from vwg.domain import rsvps, supports
from vwg.domain.rsvps import Party
from vwg.models import Event, EventDate, User


def kitchen() -> tuple[str, str]:
    """The world kitchen with Oksana, who would like halal food; addresses of activity and date."""
    leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
    event = world_kitchen(SimpleNamespace(cooking=None, skala=None, leen=leen), facts={"food": ["meal"]})
    date = locked(EventDate, event.dates[0].id)
    supports.ask(rsvps.sign_up(date, Party(3), language="uk", name="Oksana"), ["halal"])
    db.session.commit()
    return event.public_id, date.public_id


def test_leen_sets_the_rules_and_the_window(visitor: Visitor) -> None:
    with inside(visitor.app):
        event, date = kitchen()
    leen = visitor.signed_in_as("leen")

    leen.press(f"/en/planning/{event}/sign-up-rules", {"smaller_may_pass": "y"})
    leen.press(f"/en/planning/dates/{date}/sign-up-window", {"closes_day": "2026-03-20", "closes_hour": "18:00"})

    with inside(visitor.app):
        row = db.session.scalars(select(EventDate)).one()
        assert (row.event.smaller_may_pass, row.event.babies_count, row.signup_opens) == (True, False, None)
        assert row.signup_closes == clock.at(clock.local(row.starts_at).date().replace(day=20), 18)
    wrong = leen.press(f"/en/planning/dates/{date}/sign-up-window", {"opens_day": "2026-03-20", "opens_hour": "19:00"})
    assert wrong.status_code == 409 and "Signing up closes before it opens." in wrong.text


def test_the_kitchen_reads_how_many_and_never_who(visitor: Visitor) -> None:
    with inside(visitor.app):
        _, date = kitchen()
    page = visitor.signed_in_as("fatma").get(f"/en/planning/dates/{date}/support")

    assert page.status_code == 200 and "<dt>halal</dt><dd>3</dd>" in page.text
    assert "Oksana" not in page.text


def test_one_press_and_then_each_is_confirmed(visitor: Visitor) -> None:
    with inside(visitor.app):
        _, date = kitchen()
    leen, jo = visitor.signed_in_as("leen"), Visitor(visitor.app).signed_in_as("jo")
    path = f"/en/planning/dates/{date}/to-confirm"

    assert jo.get(path).status_code == 404  # not hers
    page = leen.press(path)
    assert "Do they really come?" in page.text and "Oksana" in page.text
    leen.press(path, action="/to-confirm/")
    with inside(visitor.app):
        assert [str(rsvp.status) for rsvp in db.session.scalars(select(Event)).one().dates[0].rsvps] == ["confirmed"]
