"""Somebody's own calendar: what stands in it, who may ask for it, and taking it back."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, later
from tests.feeds import readers, stories
from vwg import clock, links
from vwg.db import db
from vwg.domain import dates, own_calendars, rsvps
from vwg.domain.rsvps import Party
from vwg.models import FeedKey, FeedKind, Household, Invitation, Need, NeedKind, Partner, PartStat, Pledge, PledgeState, Rsvp, User

Feed = Callable[..., Any]
Own = Callable[..., str]


@pytest.fixture
def own(app: Flask, feed: Feed) -> Own:
    """The name of a new feed: `own(FeedKind.COACH, owner="fatma")`."""

    def make(kind: FeedKind, owner: str = "", label: str = "", **whose: Any) -> str:
        with inside(app):
            if owner:
                whose["owner"] = db.session.scalars(select(User).where(User.demo_name == owner)).one()
            key = own_calendars.give(kind, label, **whose)
            db.session.commit()
            return f"mine/{links.token('feed', key)}"

    return make


def summaries(answer: Any) -> list[str]:
    assert answer.status_code == 200 and readers.faults(answer.data) == []
    return readers.unescaped(answer.data, "SUMMARY")


def somebody(name: str) -> Any:
    return db.session.scalars(select(User).where(User.demo_name == name)).one()


def partner_called(name: str) -> Partner:
    return db.session.scalars(select(Partner).where(Partner.name == name)).one()


def test_a_volunteer_sees_drafts_and_what_is_missing_and_no_more(app: Flask, feed: Feed, own: Own) -> None:
    with inside(app):
        stories.post("Ontwerp", publish=False, day=20)
        kitchen = stories.post("Wereldkeuken")
        kitchen.needs.append(Need(kind=NeedKind.THING, what="stoelen", amount=20))
        stories.post("Praattafel", day=22)
        db.session.commit()
    answer = feed(own(FeedKind.VOLUNTEER, "jo"))

    assert len(summaries(answer)) == 2
    assert [title.rpartition(": ")[2] for title in summaries(answer)] == ["Ontwerp", "Wereldkeuken"]
    assert "20 stoelen" in readers.unescaped(answer.data, "DESCRIPTION")[-1]
    assert readers.unescaped(answer.data, "STATUS") == ["TENTATIVE", "CONFIRMED"]
    hers = feed(own(FeedKind.VOLUNTEER, "leen"))  # who carries them
    assert len(summaries(hers)) == 3


def test_a_coach_sees_where_the_families_go_and_nobodys_name(app: Flask, feed: Feed, own: Own) -> None:
    with inside(app):
        stories.post()
        stories.post("Praattafel", day=22)
        date = stories.the_dates()[0]
        amina = db.session.scalars(select(Household).order_by(Household.id)).first()
        assert amina is not None and amina.nickname
        rsvps.sign_up(date, Party.of(amina), language="ar", household=amina, entered_by=somebody("fatma"))
        nickname = amina.nickname
        coach = amina.coaches[0].user.demo_name
        db.session.commit()
    name = own(FeedKind.COACH, coach)
    answer = feed(name)

    assert summaries(answer) == ["Wereldkeuken"]
    assert nickname not in answer.text
    with inside(app):
        rsvps.give_back(db.session.scalars(select(Rsvp)).one())
        db.session.commit()
    after = feed(name)
    assert readers.unescaped(after.data, "STATUS") == ["CANCELLED"]
    assert int(readers.unescaped(after.data, "SEQUENCE")[0]) > int(readers.unescaped(answer.data, "SEQUENCE")[0])
    assert readers.unescaped(after.data, "LAST-MODIFIED")[0] > readers.unescaped(answer.data, "LAST-MODIFIED")[0]
    assert readers.unescaped(after.data, "UID") == readers.unescaped(answer.data, "UID")


def test_a_newcomer_has_a_title_that_tells_nothing(app: Flask, feed: Feed, own: Own) -> None:
    with inside(app):
        stories.post("Praten over asiel", text="Voor wie wacht op papieren")
        rsvp = rsvps.sign_up(stories.the_dates("Praten over asiel")[0], Party(adults=1), language="uk", name="Oksana")
        db.session.commit()
        name = own_key_of(rsvp)
        public_uid = rsvp.date.uid
        db.session.commit()
    answer = feed(name, lang="en")

    assert summaries(answer) == ["Appointment"]
    assert readers.unescaped(answer.data, "DTSTART;TZID=Europe/Brussels") == ["20260321T140000"]
    assert not any(word in answer.text for word in ("asiel", "papieren", "Oksana", str(public_uid), "ATTENDEE", "/agenda/e"))


def own_key_of(rsvp: Rsvp) -> str:
    return f"mine/{links.token('feed', own_calendars.give(FeedKind.NEWCOMER, '', rsvp=rsvp))}"


def test_a_partner_sees_what_it_was_asked_and_what_it_promised(app: Flask, feed: Feed, own: Own) -> None:
    with inside(app):
        kitchen = stories.post()
        stories.post("Praattafel", day=22)
        de_brug = partner_called("De Brug")
        db.session.add(Invitation(event=kitchen, partner=de_brug))
        db.session.commit()
        name = f"mine/{links.token('feed', own_calendars.give(FeedKind.PARTNER, '', partner=de_brug))}"
        db.session.commit()
    assert [title.rpartition(": ")[2] for title in summaries(feed(name))] == ["Wereldkeuken"]
    assert readers.unescaped(feed(name).data, "STATUS") == ["TENTATIVE"]

    with inside(app):
        invitation = db.session.scalars(select(Invitation)).one()
        invitation.partstat = PartStat.ACCEPTED
        db.session.commit()
    assert summaries(feed(name)) == ["Wereldkeuken"]
    assert readers.unescaped(feed(name).data, "STATUS") == ["CONFIRMED"]


def test_it_is_private_marked_and_gives_304(app: Flask, feed: Feed, own: Own) -> None:
    with inside(app):
        stories.post()
        db.session.commit()
    name = own(FeedKind.VOLUNTEER, "leen")
    answer = feed(name)

    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Access-Control-Allow-Origin" not in answer.headers and "Set-Cookie" not in answer.headers
    known = feed(name, headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.headers["Cache-Control"]) == (304, "private, no-cache")
    assert feed(name).data == answer.data


def test_a_key_in_the_wrong_case_cut_doubled_or_of_something_else_is_404_and_asks_as_much(app: Flask, feed: Feed, own: Own) -> None:
    name = own(FeedKind.VOLUNTEER, "leen")
    key = name.removeprefix("mine/")
    asked: list[str] = []
    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    costs = set()
    for wrong in (key.upper(), key[:-1], key + key, key.partition(".")[2], "1.x", "x", key.partition(".")[0], "9" * 40, key + "0", "é.é"):
        asked.clear()
        answer = feed(f"mine/{wrong}")
        assert (wrong, answer.status_code) == (wrong, 404)
        costs.add(sum(statement.startswith("SELECT") for statement in asked))
    assert costs == {1}
    assert feed(name).status_code == 200


def test_what_is_taken_back_is_gone_and_the_others_stay(app: Flask, visitor: Visitor, feed: Feed) -> None:
    leen = visitor.signed_in_as("leen")
    for label in ("Telefoon", "Laptop"):
        assert leen.press("/nl/account/calendars", {"label": label, "kind": "volunteer"}).status_code == 200
    page = leen.get("/nl/account/calendars").text
    names = [f"mine/{key}" for key in dict.fromkeys(re.findall(r"http://localhost/feeds/mine/([0-9a-z.]+)\.ics", page))]
    assert [feed(name).status_code for name in names] == [200, 200] and "Telefoon" in page and "Laptop" in page

    with inside(app):
        first = db.session.scalars(select(FeedKey).where(FeedKey.label == "Telefoon")).one().id
    assert leen.press("/nl/account/calendars", action=f"/{first}/revoke").status_code == 200
    assert [feed(name).status_code for name in names] == [410, 200]
    assert "Telefoon" not in leen.get("/nl/account/calendars").text


def test_somebody_elses_key_is_not_there_to_take_back(app: Flask, visitor: Visitor, own: Own, feed: Feed) -> None:
    name = own(FeedKind.VOLUNTEER, "leen")
    jo = visitor.signed_in_as("jo")
    jo.press("/nl/account/calendars", {"kind": "volunteer"})
    with inside(app):
        hers = db.session.scalars(select(FeedKey).join(User, FeedKey.owner_id == User.id).where(User.demo_name == "leen")).one().id
        his = db.session.scalars(select(FeedKey).join(User, FeedKey.owner_id == User.id).where(User.demo_name == "jo")).one().id
    page = jo.get("/nl/account/calendars").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    assert jo.client.post(f"/nl/account/calendars/{hers}/revoke", data={"csrf_token": token[1]}).status_code == 404
    assert jo.client.post(f"/nl/account/calendars/{his}/revoke", data={"csrf_token": token[1]}).status_code == 302
    assert feed(name).status_code == 200


def test_who_left_the_group_and_who_coaches_no_more_reads_nothing(app: Flask, feed: Feed, own: Own) -> None:
    as_volunteer, as_coach = own(FeedKind.VOLUNTEER, "fatma"), own(FeedKind.COACH, "fatma")
    with inside(app):
        fatma = somebody("fatma")
        fatma.roles = [role for role in fatma.roles if role.role != "coach"]
        db.session.commit()
    assert [feed(as_volunteer).status_code, feed(as_coach).status_code] == [200, 410]
    with inside(app):
        somebody("fatma").ended_at = clock.now() - timedelta(seconds=1)
        db.session.commit()
    assert feed(as_volunteer).status_code == 410


def test_a_newcomer_and_a_partner_make_theirs_from_their_own_page(app: Flask, visitor: Visitor, feed: Feed) -> None:
    with inside(app):
        stories.post()
        rsvp = rsvps.sign_up(stories.the_dates()[0], Party(adults=1), language="ar", name="Oksana")
        db.session.commit()
        pages = [f"/nl/signup/mine/{links.token('mine', rsvp)}", f"/nl/partners/own/{links.token('own', partner_called('De Brug'))}"]
    for page in pages:
        assert f"{page}/calendars" in visitor.get(page).text
        made = visitor.press(f"{page}/calendars")
        key = re.search(r"/feeds/mine/[0-9a-z.]+\.ics", made.text)
        assert made.status_code == 200 and key and visitor.get(key[0]).status_code == 200


def test_when_a_sign_up_is_erased_its_calendar_is_unknown(app: Flask, feed: Feed) -> None:
    with inside(app):
        stories.post()
        rsvp = rsvps.sign_up(stories.the_dates()[0], Party(adults=1), language="ar", name="Oksana")
        name = own_key_of(rsvp)
        db.session.commit()
    assert feed(name).status_code == 200
    with inside(app):
        db.session.delete(db.session.scalars(select(Rsvp)).one())
        db.session.commit()
    assert feed(name).status_code == 404


def test_there_is_an_end_to_how_many_one_may_have(app: Flask, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_calendars, "MOST_KEYS", 1)
    leen = visitor.signed_in_as("leen")
    assert leen.press("/nl/account/calendars").status_code == 200
    assert leen.press("/nl/account/calendars").status_code == 409


# ---- the marks of each appointment: the same bytes until there is news


def marks(answer: Any) -> list[tuple[str, str, str]]:
    """(UID, SEQUENCE, LAST-MODIFIED) of each appointment."""
    assert answer.status_code == 200 and readers.faults(answer.data) == []
    assert readers.unescaped(answer.data, "DTSTAMP") == readers.unescaped(answer.data, "LAST-MODIFIED")
    return list(zip(*(readers.unescaped(answer.data, name) for name in ("UID", "SEQUENCE", "LAST-MODIFIED")), strict=True))


@pytest.fixture
def four(app: Flask, feed: Feed) -> dict[FeedKind, str]:
    """Leen, Fatma, De Brug and Oksana each have a calendar with the world kitchen in it, and Leen the conversation table too."""
    with inside(app):
        kitchen, table = stories.post(), stories.post("Praattafel", day=22)
        kitchen.needs.append(Need(kind=NeedKind.THING, what="stoelen", amount=20))
        table.needs.append(Need(kind=NeedKind.THING, what="koekjes", amount=2))
        amina, de_brug = db.session.scalars(select(Household).order_by(Household.id)).first(), partner_called("De Brug")
        assert amina is not None
        rsvps.sign_up(stories.the_dates()[0], Party.of(amina), language="ar", household=amina, entered_by=stories.leen())
        oksana = rsvps.sign_up(stories.the_dates()[0], Party(adults=1), language="uk", name="Oksana")
        db.session.add(Invitation(event=kitchen, partner=de_brug))
        db.session.add(Pledge(event=kitchen, need=kitchen.needs[0], partner=de_brug, amount=5))
        whose: dict[FeedKind, dict[str, Any]] = {
            FeedKind.VOLUNTEER: {"owner": stories.leen()}, FeedKind.COACH: {"owner": amina.coaches[0].user},
            FeedKind.PARTNER: {"partner": de_brug}, FeedKind.NEWCOMER: {"rsvp": oksana},
        }  # fmt: skip
        db.session.flush()
        names = {kind: f"mine/{links.token('feed', own_calendars.give(kind, '', **owner))}" for kind, owner in whose.items()}
        db.session.commit()
    return names


def take_back_the_promise() -> None:
    """Erased, not only taken back: the number of rows goes down, and what a program sees must go up."""
    db.session.delete(db.session.scalars(select(Pledge)).one())


def take_away_the_need() -> None:
    need = db.session.scalars(select(Need).where(Need.what == "stoelen")).one()
    db.session.delete(need)


def oksana_gives_back() -> None:
    rsvps.give_back(db.session.scalars(select(Rsvp).where(Rsvp.name == "Oksana")).one())


def amina_gives_back() -> None:
    rsvps.give_back(db.session.scalars(select(Rsvp).where(Rsvp.household_id.is_not(None))).one())


NEWS: dict[FeedKind, list[Callable[[], object]]] = {
    FeedKind.VOLUNTEER: [take_back_the_promise, take_away_the_need],
    FeedKind.COACH: [lambda: stories.edit(title="Soep"), amina_gives_back],
    FeedKind.PARTNER: [lambda: stories.edit(title="Soep"), take_back_the_promise],
    FeedKind.NEWCOMER: [lambda: dates.move(stories.the_dates()[0], hours(28, 14, 18), None, stories.leen()), oksana_gives_back],
}


@pytest.mark.parametrize("kind", list(FeedKind))
def test_the_marks_move_with_what_it_shows_and_then_alone(app: Flask, feed: Feed, four: dict[FeedKind, str], kind: FeedKind) -> None:
    name = four[kind]
    before = feed(name)
    with later(hours=7):
        same = feed(name)
        assert (same.data, same.headers["ETag"]) == (before.data, before.headers["ETag"])
        assert feed(name, headers={"If-None-Match": before.headers["ETag"]}).status_code == 304
    for number, change in enumerate(NEWS[kind]):
        with later(days=1 + number):
            with inside(app):
                change()
                db.session.commit()
            after = feed(name)
            assert feed(name).data == after.data != before.data
            moved = [(old, new) for old, new in zip(marks(before), marks(after), strict=True) if old != new]
            assert [int(new[1]) - int(old[1]) for old, new in moved] == [1]
            assert all(new[0] == old[0] and new[2] > old[2] for old, new in moved)
            now = clock.now().strftime("%Y%m%dT%H%M%SZ")
            assert all(changed <= now for _, _, changed in marks(after))
        before = after


def test_what_others_do_moves_nothing_in_ones_own(app: Flask, feed: Feed, four: dict[FeedKind, str]) -> None:
    """nextcloud/server#58193, at home: a sign-up of somebody else, a promise to another."""
    before = {kind: feed(name).data for kind, name in four.items()}
    with later(minutes=5), inside(app):
        rsvps.sign_up(stories.the_dates("Praattafel")[0], Party(adults=1), language="nl", name="Rahim")
        chen = partner_called("Bakkerij Chen")
        need = db.session.scalars(select(Need).where(Need.what == "koekjes")).one()
        db.session.add(Pledge(event=need.event, need=need, partner=chen, amount=1, state=PledgeState.PROMISED))
        db.session.commit()
    after = {kind: feed(name).data for kind, name in four.items()}
    assert [kind for kind in four if before[kind] != after[kind]] == [FeedKind.VOLUNTEER]


def test_each_language_has_its_own_marks_and_each_key(app: Flask, feed: Feed, four: dict[FeedKind, str], own: Own) -> None:
    name = four[FeedKind.VOLUNTEER]
    dutch, english = feed(name), feed(name, lang="en")
    assert (feed(name).data, feed(name, lang="en").data) == (dutch.data, english.data)
    other = own(FeedKind.VOLUNTEER, "leen")
    assert not set(readers.unescaped(feed(other).data, "UID")) & set(readers.unescaped(dutch.data, "UID"))


def test_who_gave_back_and_signed_up_again_has_one_appointment(app: Flask, feed: Feed) -> None:
    with inside(app):
        stories.post()
        amina = db.session.scalars(select(Household).order_by(Household.id)).first()
        assert amina is not None
        given = {"language": "ar", "household": amina, "entered_by": stories.leen()}
        first = rsvps.sign_up(stories.the_dates()[0], Party.of(amina), **given)
        name = own_key_of(first)
        rsvps.give_back(first)
        rsvps.sign_up(stories.the_dates()[0], Party.of(amina), **given)
        db.session.commit()
    answer = feed(name)
    assert (len(marks(answer)), readers.unescaped(answer.data, "STATUS")) == (1, ["CONFIRMED"])


def test_news_does_not_wait_for_somebody_who_writes_for_long(app: Flask, feed: Feed, four: dict[FeedKind, str], caplog: pytest.LogCaptureFixture) -> None:
    """An hour's import holds SQLite, or somebody the key's row: it goes out at once, and its marks are kept the next time."""
    name = four[FeedKind.VOLUNTEER]
    with inside(app):
        with db.engine.connect() as other:
            other.exec_driver_sql("UPDATE feed_key SET label = label")
            began = time.monotonic()
            answer = feed(name)
            waited = time.monotonic() - began
    assert answer.status_code == 200 and answer.data.count(b"BEGIN:VEVENT") == 2
    assert "could not be kept" in caplog.text
    assert waited < 30  # SQLite's own patience is a minute, PostgreSQL's has no end
    assert marks(feed(name)) == marks(feed(name))
