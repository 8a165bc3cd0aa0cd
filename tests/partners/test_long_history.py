"""De Brug was asked thirty times, and thirty partners were asked for one activity: no page asks the database for each of them."""

import re
from collections import Counter

import pytest
from flask import Flask

from tests.conftest import Visitor, counted, inside, world_kitchen
from vwg import demo, links
from vwg.db import db
from vwg.domain import invitations, needs, own_calendars, partners, welcome_places
from vwg.domain.invitations import Offer
from vwg.models import FeedKind, PartStat
from vwg.pages import address_of

MOST = 25  # queries of one page, whatever it shows
TIMES = 30


@pytest.fixture
def pages(app: Flask) -> dict[str, str]:
    """What volunteers, Bert and strangers open, by who opens it."""
    with inside(app), app.test_request_context("/"):
        cast = demo.cast()
        brug = cast.de_brug
        for number in range(TIMES):
            kitchen = world_kitchen(cast)
            chairs = needs.add(kitchen, "stoelen", 20)
            asked = invitations.invite(kitchen, brug, cast.bert, "", cast.leen)
            if number % 3:
                invitations.reply(asked, PartStat.ACCEPTED, offers=[Offer(chairs, 2)], consent_to_name=True)
        for number in range(TIMES):
            other = partners.add(partners.Details(f"Club {number}", contact_name="Mia", contact_email=f"club{number}@example.org", lends=["chairs"], listed=True))
            told = invitations.invite(kitchen, other, other.contacts[0], "", cast.jo)
            invitations.reply(told, PartStat.ACCEPTED, offers=[Offer(chairs, 1)])
            place = welcome_places.offer(brug, welcome_places.Offer(f"Koor {number}", "", "", "Bert", 2, kitchen.dates[0].ends_at))
            welcome_places.take(place, cast.amina, 1)
        key = own_calendars.give(FeedKind.PARTNER, "", partner=brug)
        db.session.commit()
        own, page, event = links.to("own", brug, "en"), f"/en/partners/{address_of(brug)}", address_of(kitchen)
        return {
            page: "", f"{page} ": "jo", own: "", f"{own}/welcome": "", links.to("reply", asked, "en"): "", f"/en/planning/{event}/invite": "jo", f"/en/planning/{event}": "jo",
            f"/en/planning/{event}/thanks": "jo", f"/feeds/mine/{links.token('feed', key)}.ics": "", f"/en/agenda/{event}": "", "/en/partners/": "jo", "/en/coaching/welcome": "fatma",
            "/en/planning/outbox": "jo", "/en/planning/": "leen",
        }  # fmt: skip


def test_no_page_of_partners_asks_for_each_of_them(app: Flask, pages: dict[str, str]) -> None:
    wrong = {}
    for path, who in pages.items():
        visitor = Visitor(app).signed_in_as(who) if who else Visitor(app)
        visitor.get(path.strip())  # a calendar remembers from its first reading what it said
        with counted(app) as said:
            answer = visitor.get(path.strip())
        assert answer.status_code == 200, path
        if len(said) > MOST:
            often = Counter(re.sub(r"SELECT.*?FROM", "SELECT FROM", line, flags=re.DOTALL)[:140].replace("\n", " ") for line in said)
            wrong[path] = f"{len(said)}: " + "; ".join(f"{times} × {line}" for line, times in often.most_common(5))
    assert not wrong, "\n".join(f"{path} {said}" for path, said in wrong.items())
