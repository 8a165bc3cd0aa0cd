"""What the partners' tests share: an activity that asks De Brug and the bakery."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside
from tests.post_office import PostOffice, open_post_office
from vwg import links
from vwg.db import db
from vwg.domain import events, invitations, needs, partners
from vwg.models import Invitation, Partner, Place, User


@pytest.fixture
def post(app: Flask) -> Iterator[PostOffice]:
    with open_post_office(app) as office:
        yield office


@pytest.fixture
def asked(visitor: Visitor) -> Visitor:
    """Leen asked De Brug for 20 chairs and the bakery for something tasty; nobody answered yet."""
    with inside(visitor.app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        skala = db.session.scalars(select(Place).where(Place.name == "Zaal Skala")).one()
        kitchen = events.create(events.Details("Wereldkeuken", place=skala, seats=40), [hours(21, 14, 18)], leen)
        needs.add(kitchen, "stoelen", 20)
        events.publish(kitchen, leen)
        for name in ("De Brug", "Bakkerij Chen"):
            partner = db.session.scalars(select(Partner).where(Partner.name == name)).one()
            invitations.invite(kitchen, partner, partners.contact_for_asking(partner), "Doen jullie mee?", leen)
        db.session.commit()
    return visitor


def link_of(visitor: Visitor, name: str = "De Brug", language: str = "en") -> str:
    """The path of that partner's reply page."""
    with visitor.app.test_request_context("/"):
        invitation = db.session.scalars(select(Invitation).join(Invitation.partner).where(Partner.name == name)).one()
        return links.to("reply", invitation, language)
