"""Dina proposes an evening; Leen says yes, asks back, or says why not. Nobody else sees it before."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from vwg import links
from vwg.db import db
from vwg.domain import erasure, pace, proposals
from vwg.models import Event, Notice, Partner, Proposal, ProposalState

SUBMIT = "/en/partners/submit"
GIVEN = {
    "title": "Zingen in de schuur", "day": "2026-03-20", "starts": "19:30", "ends": "22:00", "place_name": "De Schuur",
    "text": "Samen zingen.", "organiser": "Koor De Merel", "sender": "Dina", "email": "dina@example.org",
}  # fmt: skip


def proposed(visitor: Visitor, **changes: Any) -> Any:
    return visitor.press(SUBMIT, {**GIVEN, **changes})


def the_proposal() -> Proposal:
    return db.session.scalars(select(Proposal)).one()


def own_link(visitor: Visitor, name: str = "De Brug") -> str:
    with visitor.app.test_request_context("/"):
        return links.to("own", db.session.scalars(select(Partner).where(Partner.name == name)).one(), "en")


def answer(visitor: Visitor, **given: Any) -> Any:
    with inside(visitor.app):
        identity = the_proposal().id
    return visitor.press(f"/en/planning/queue/{identity}", given)


def test_nobody_but_volunteers_sees_it_before_somebody_said_yes(visitor: Visitor) -> None:
    page = proposed(visitor)
    assert page.status_code == 200 and "A volunteer looks at it first" in page.text
    jo = Visitor(visitor.app).signed_in_as("jo")
    assert "Zingen in de schuur" in jo.get("/en/planning/").text and "Zingen in de schuur" in jo.get("/en/planning/queue").text
    stranger = Visitor(visitor.app)
    for path in ("/en/agenda/", "/en/agenda/?q=zingen", "/en/agenda/2026-03", "/feeds/agenda.ics", "/feeds/agenda.json", "/feeds/agenda.atom", "/sitemap.xml", "/en/partners/?q=merel"):
        assert "Zingen in de schuur" not in stranger.get(path).text, path
        assert "Koor De Merel" not in stranger.get(path).text, path
    assert stranger.get("/en/planning/queue").status_code in {302, 401}

    assert answer(jo, accept="1").status_code == 200
    assert "Zingen in de schuur" not in stranger.get("/en/agenda/").text  # a draft still
    with inside(visitor.app):
        event = db.session.scalars(select(Event)).one()
        assert [host.name for host in event.hosts] == ["Jo"] and event.dates[0].place and event.dates[0].place.name == "De Schuur"
        path = f"/en/planning/{event.public_id}"
    jo.press(path, action="/publish")
    assert "Zingen in de schuur" in stranger.get("/en/agenda/").text
    assert "It stands in the agenda" in visitor.get(page.request.path).text


def test_we_ask_back_and_they_answer_on_their_own_page(visitor: Visitor) -> None:
    own = proposed(visitor).request.path
    jo = Visitor(visitor.app).signed_in_as("jo")
    assert answer(jo, ask="1").status_code == 409  # without a question
    answer(jo, ask="1", answer="Is het gratis?")
    with inside(visitor.app):
        notice = db.session.scalars(select(Notice).where(Notice.kind == "proposal_answer")).one()
        assert (notice.channel.value, notice.recipient_kind) == ("mail", "proposal")
    assert "Is het gratis?" in jo.get("/en/planning/outbox").text  # mail is off here
    assert "Is het gratis?" in visitor.get(own).text
    assert visitor.press(own, {"text": "Samen zingen. Ja, gratis."}).status_code == 200
    with inside(visitor.app):
        assert (the_proposal().state, the_proposal().text) == (ProposalState.WAITING, "Samen zingen. Ja, gratis.")


def test_a_no_has_a_reason_and_who_left_a_telephone_is_called(visitor: Visitor) -> None:
    own = proposed(visitor, email="", phone="0470 00 00 55").request.path
    jo = Visitor(visitor.app).signed_in_as("jo")
    answer(jo, refuse="1", answer="Die avond is er al iets.")
    queue = jo.get("/en/planning/queue").text
    assert "0470 00 00 55" in queue and "Die avond is er al iets." in queue
    assert "Die avond is er al iets." in visitor.get(own).text and "Change something" not in visitor.get(own).text
    jo.press("/en/planning/queue", action="/queue/told/")
    assert "0470 00 00 55" not in jo.get("/en/planning/queue").text


def test_two_volunteers_answer_at_once_and_the_second_is_told(visitor: Visitor) -> None:
    proposed(visitor)
    jo = Visitor(visitor.app).signed_in_as("jo")
    with inside(visitor.app):
        identity = the_proposal().id
    path = f"/en/planning/queue/{identity}"
    token = jo.get(path).text.split('name="csrf_token" type="hidden" value="')[1].split('"')[0]
    assert jo.client.post(path, data={"csrf_token": token, "accept": "1"}).status_code == 302
    second = jo.client.post(path, data={"csrf_token": token, "refuse": "1", "answer": "Nee"})
    assert second.status_code == 409 and "We already answered this" in second.text


def test_what_a_trusted_partner_proposes_by_its_own_link_is_online_at_once(visitor: Visitor) -> None:
    own = own_link(visitor) + "/propose"
    visitor.press(own, {**GIVEN, "organiser": None, "email": None, "sender": None})
    stranger, jo = Visitor(visitor.app), Visitor(visitor.app).signed_in_as("jo")
    assert "Zingen in de schuur" not in stranger.get("/en/agenda/").text
    answer(jo, accept="1", trust="y")
    visitor.press(own, {**GIVEN, "title": "Dansen in de schuur", "organiser": None, "email": None, "sender": None})
    assert "Dansen in de schuur" in stranger.get("/en/agenda/").text
    with inside(visitor.app):
        made = {proposal.title: proposal.event for proposal in db.session.scalars(select(Proposal))}["Dansen in de schuur"]
        assert made is not None and made.organisation is not None and (made.organisation.name, made.hosts) == ("De Brug", [])


def test_the_name_of_a_trusted_partner_is_no_proof(visitor: Visitor) -> None:
    with inside(visitor.app):
        db.session.scalars(select(Partner).where(Partner.name == "De Brug")).one().trusted = True
        db.session.commit()
    proposed(visitor, organiser="De Brug", email="bert@example.org")
    assert "Zingen in de schuur" not in Visitor(visitor.app).get("/en/agenda/").text
    with inside(visitor.app):
        assert (the_proposal().state, the_proposal().partner_id) == (ProposalState.WAITING, None)


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"leave_empty": "http://x.example"}, 409, "One field must stay empty"),
        ({"text": "http://a.example http://b.example www.c.example"}, 409, "Leave at most 2"),
        ({"email": "", "phone": ""}, 409, "How can we answer you?"),
        ({"organiser": ""}, 409, "Who organises it?"),
        ({"title": ""}, 422, "Say in a few words what it is."),
        ({"day": "2020-01-01"}, 409, "This date is in the past."),
        ({"starts": "22:00", "ends": "19:00"}, 409, "It ends before it begins."),
        ({"phone": "bel mij"}, 422, "This is not a telephone number."),
        ({"text": "85.07.30-033 28"}, 409, "This looks like a national number."),
        ({"text": "é" * 1001}, 422, "This is too long"),
        ({"title": "nul\0teken"}, 422, ""),
    ],
)
def test_each_mistake_has_its_sentence_and_what_was_written_stays(visitor: Visitor, changes: dict[str, str], status: int, sentence: str) -> None:
    page = proposed(visitor, **changes)
    if "nul" in changes.get("title", ""):
        assert page.status_code < 500
        return
    assert (page.status_code, sentence in page.text) == (status, True)
    assert "Koor De Merel" in page.text or not changes.get("organiser", "x")
    with inside(visitor.app):
        assert db.session.scalars(select(Proposal)).all() == []


def test_a_form_sent_twice_is_one_and_a_robot_is_told_to_slow_down(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.conftest import forms_of

    form = next(form for form in forms_of(visitor.get(SUBMIT).text) if form["method"] == "post" and not form["action"])
    data = {**dict(form["fields"]), **GIVEN}
    first, second = (visitor.client.post(SUBMIT, data=data) for _ in range(2))
    assert (first.status_code, first.location) == (302, second.location)
    monkeypatch.setattr(pace, "QUICKEST", timedelta(seconds=3))
    page = proposed(visitor, title="Nog iets")
    assert page.status_code == 429 and "That went very fast" in page.text and "Nog iets" in page.text and page.headers["Retry-After"] == "3"
    assert visitor.client.post(SUBMIT, data={**data, "form_key": "made-up"}).status_code == 429


def test_too_many_are_told_to_wait_and_nothing_is_lost(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "MOST_OF_ONE", 1)
    proposed(visitor)
    page = proposed(visitor, title="Nog een avond")
    assert page.status_code == 429 and "We get very many proposals" in page.text and "Nog een avond" in page.text
    monkeypatch.setattr(proposals, "MOST_AN_HOUR", 1)
    assert proposed(visitor, email="other@example.org").status_code == 429


def test_who_sent_it_is_forgotten_a_month_after_the_answer(visitor: Visitor) -> None:
    proposed(visitor)
    answer(Visitor(visitor.app).signed_in_as("jo"), refuse="1", answer="Nee, sorry.")
    for days, left in ((29, "dina@example.org"), (31, "")):
        with later(days=days), inside(visitor.app):
            erasure.erase_what_is_due()
            assert the_proposal().email == left
            assert bool(the_proposal().forgotten_at) == (left == "")
            db.session.commit()
