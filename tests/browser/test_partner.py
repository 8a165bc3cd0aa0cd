"""Leen asks De Brug on her telephone, and Bert answers on his, with and without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy import select

from tests.conftest import inside, world_kitchen
from tests.post_office import open_post_office, plain
from vwg import demo, links, mail
from vwg.db import db
from vwg.domain import needs, partners
from vwg.models import ContactChannel, Event, Invitation, PartStat, Stage
from vwg.pages import address_of

pytestmark = pytest.mark.browser


@pytest.fixture
def kitchen(app: Flask) -> str:
    """The last part of the address of Leen's kitchen, which needs chairs."""
    with inside(app):
        event = world_kitchen(demo.cast())
        needs.add(event, "stoelen", 20)
        db.session.commit()
        return address_of(event)


def fits(page: Any) -> bool:
    page.wait_for_load_state()
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def volunteer(phone: Callable[..., Any], who: str = "leen", **given: Any) -> Any:
    """Signed in on a telephone of her own."""
    page = phone(**given)
    page.goto("/en/account/sign-in")
    page.locator(f"form[action*='demo/{who}'] button").click()
    page.wait_for_url("**/planning/**")
    return page


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_leen_asks_and_bert_brings_twenty_chairs(app: Flask, kitchen: str, phone: Callable[..., Any], javascript: bool) -> None:
    leens = volunteer(phone, javascript=javascript)
    leens.goto(f"/en/planning/{kitchen}/invite")
    leens.locator("label.pick", has_text="De Brug").click()
    assert fits(leens)
    leens.get_by_role("button", name="Ask them").click()
    leens.get_by_text("Asked: De Brug.").wait_for()

    with app.test_request_context():
        link = links.to("reply", db.session.scalars(select(Invitation)).one(), "en")
    berts = phone(javascript=javascript)
    berts.goto(link[link.index("/en/") :])
    assert fits(berts)
    berts.locator("label.pick", has_text="Yes").click()
    assert fits(berts)
    if javascript:
        for _ in range(2):
            berts.get_by_role("button", name="One more: stoelen").click()
    chairs = berts.get_by_label("stoelen", exact=True)
    assert chairs.input_value() == ("2" if javascript else "0")
    chairs.fill("20")
    berts.get_by_role("button", name="Send our answer").click()
    berts.get_by_role("heading", name="Thank you for your answer!").wait_for()
    assert fits(berts)

    leens.goto(f"/en/planning/{kitchen}")
    assert "20 of 20" in leens.locator("main").inner_text()
    with inside(app):
        invitation = db.session.scalars(select(Invitation)).one()
        assert (invitation.partstat, [(pledge.what, pledge.amount) for pledge in invitation.pledges]) == (PartStat.ACCEPTED, [("stoelen", 20)])


def test_a_whole_list_is_asked_by_mail_and_who_answers_says_so(app: Flask, kitchen: str, phone: Callable[..., Any]) -> None:
    """Each reads it in their own language; Bert passes the link on, and Rahim answers. Nobody is asked twice."""
    with inside(app):
        for name, language in (("Wandelclub", "nl"), ("Les Amis", "fr")):
            partners.add(partners.Details(name, contact_name="Mia", contact_email=f"{name.split()[-1].lower()}@example.org", contact_language=language, tags=["buren"]))
        db.session.commit()
    leens = volunteer(phone)
    leens.goto(f"/en/planning/{kitchen}/invite")
    leens.get_by_text("By kind, by list, by what they lend").click()
    leens.get_by_label("Which list?").select_option("buren")
    leens.get_by_role("button", name="Tick them all").click()
    expect(leens.locator("input[name=partners]:checked")).to_have_count(2)
    expect(leens.locator("input[name=partners]")).to_have_count(2)
    leens.get_by_label("Your line to them").fill("Doen jullie mee?")
    leens.get_by_role("button", name="Read it first").click()
    expect(leens.get_by_role("heading", name="So they read it in")).to_have_text(["So they read it in Français", "So they read it in Nederlands"])
    expect(leens.locator("#preview")).to_be_in_viewport()
    assert fits(leens) and leens.get_by_label("Your line to them").input_value() == "Doen jullie mee?"
    leens.get_by_role("button", name="Ask them").click()
    leens.get_by_text("Asked: Les Amis, Wandelclub.").wait_for()
    leens.goto(f"/en/planning/{kitchen}/invite")
    expect(leens.locator("label.pick", has_text="Wandelclub")).to_have_count(0)
    leens.get_by_text("Already asked for this").click()
    expect(leens.locator("details ul.asklist", has_text="Wandelclub")).to_be_visible()

    with open_post_office(app) as post:
        with app.app_context():
            mail.deliver()
        letter = post.to("wandelclub@example.org")[0]
        link = re.search(r"http://localhost(/nl/partners/reply/\S+)", plain(letter))[1]  # type: ignore[index]  # it stands in every such mail
    rahims = phone()
    rahims.goto(link.replace("/nl/", "/en/"))
    rahims.locator("label.pick", has_text="Yes").click()
    rahims.get_by_label("Who answers?").fill("Rahim")
    rahims.get_by_role("button", name="Send our answer").click()
    rahims.get_by_role("heading", name="Thank you for your answer!").wait_for()
    leens.goto(f"/en/planning/{kitchen}")
    assert "answered by Rahim" in leens.locator("main").inner_text()


def test_what_was_said_by_mouth_is_noted_in_two_taps(app: Flask, kitchen: str, phone: Callable[..., Any]) -> None:
    """Asked at the bakery's counter, answered there too; and by WhatsApp the text stands ready."""
    with inside(app):
        partners.add(partners.Details("Kookclub", contact_name="Dina", contact_phone="+32470000031", contact_channel=ContactChannel.WHATSAPP))
        db.session.commit()
    leens = volunteer(phone, javascript=False)
    for who, way in (("Bakkerij Chen", "I asked already, when I was there"), ("Kookclub", "By WhatsApp, from my own phone")):
        leens.goto(f"/en/planning/{kitchen}/invite")
        leens.locator("label.pick", has_text=who).click()
        leens.get_by_text(way).click()
        leens.get_by_role("button", name="Ask them").click()
    ready = leens.get_by_role("link", name="Open in WhatsApp")
    assert str(ready.get_attribute("href")).startswith("https://wa.me/32470000031?text=Dag%20Dina") and fits(leens)

    leens.goto(f"/en/planning/{kitchen}")
    leens.get_by_role("listitem").filter(has_text="Bakkerij Chen").get_by_role("link", name="Note the answer").click()  # one
    assert fits(leens)
    leens.get_by_role("button", name="Yes").click()  # two
    expect(leens.locator("main")).to_contain_text("told to Leen")
    with inside(app):
        said = {each.partner.name: each.partstat for each in db.session.scalars(select(Invitation))}
        assert said == {"Bakkerij Chen": PartStat.ACCEPTED, "Kookclub": PartStat.NEEDS_ACTION}


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_stranger_proposes_and_volunteers_ask_back_accept_and_refuse(app: Flask, kitchen: str, phone: Callable[..., Any], javascript: bool) -> None:
    leens, strangers = volunteer(phone, javascript=javascript), phone(javascript=javascript)
    pages = []
    for title in ("Samen zingen", "Auto te koop"):
        strangers.goto("/en/partners/submit")
        for label, given in (("What?", title), ("Day", "2026-03-28"), ("From", "14:00"), ("Until", "16:00"), ("Who organises it?", "De Brug"), ("E-mail", "mia@example.org")):
            strangers.get_by_label(label, exact=False).first.fill(given)
        assert fits(strangers)
        strangers.get_by_role("button", name="Send").click()
        strangers.get_by_text("A volunteer looks at it first, and answers you.").wait_for()
        pages.append(strangers.url)
    for title, line, button in (("Samen zingen", "Is er een piano?", "Ask back"), ("Auto te koop", "Dit is geen activiteit.", "Refuse")):
        leens.goto("/en/planning/queue")
        leens.get_by_role("listitem").filter(has_text=title).get_by_role("link").click()
        leens.get_by_label("Your question, or why not").fill(line)
        assert fits(leens)
        leens.get_by_role("button", name=button).click()
    strangers.goto(pages[1])
    assert "Dit is geen activiteit." in strangers.locator("main").inner_text() and strangers.locator("form.f").count() == 0
    strangers.goto(pages[0])
    assert "Is er een piano?" in strangers.locator("main").inner_text()
    strangers.get_by_label("What do you do together?").fill("Ja, een piano.")
    strangers.get_by_role("button", name="Send").click()

    leens.goto("/en/planning/queue")
    leens.get_by_role("listitem").filter(has_text="Samen zingen").get_by_role("link").click()
    expect(leens.locator("main")).to_contain_text("Ja, een piano.")
    leens.get_by_label("Trust this partner from now on").check()
    leens.get_by_role("button", name="Accept it").click()
    leens.get_by_text("It is a draft now").wait_for()
    with inside(app):
        made = {event.title: event for event in db.session.scalars(select(Event))}["Samen zingen"]
        assert (made.stage, made.organisation.name if made.organisation else "", made.organisation.trusted if made.organisation else False) == (Stage.DRAFT, "De Brug", True)
        assert {event.title for event in db.session.scalars(select(Event))} == {"Wereldkeuken", "Samen zingen"}
