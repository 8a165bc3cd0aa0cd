"""After the activity: who kept a promise is thanked, who did not come is noted, who took it back says why."""

import pytest
from sqlalchemy import select

from tests.conftest import Visitor, inside, later
from tests.partners.conftest import asked as asked
from vwg.db import db
from vwg.domain import invitations, pledges
from vwg.domain.invitations import Offer
from vwg.models import Event, Invitation, Need, Partner, PartStat, Pledge, PledgeState
from vwg.pages import address_of


@pytest.fixture
def promised(asked: Visitor) -> Visitor:
    """De Brug brings 20 chairs and may be named; Chen brings two cakes and may not."""
    with inside(asked.app):
        chairs = db.session.scalars(select(Need)).one()
        for invitation in db.session.scalars(select(Invitation)):
            is_brug = invitation.partner.name == "De Brug"
            offers = [Offer(chairs, 20)] if is_brug else [Offer(None, 1, "twee taarten")]
            invitations.reply(invitation, PartStat.ACCEPTED, offers=offers, consent_to_name=is_brug)
        db.session.commit()
    return asked.signed_in_as("leen")


def page_of(visitor: Visitor) -> str:
    with inside(visitor.app):
        return f"/en/planning/{address_of(db.session.scalars(select(Event)).one())}/thanks"


def states(visitor: Visitor) -> dict[str, PledgeState]:
    with inside(visitor.app):
        return {pledge.what: pledge.state for pledge in db.session.scalars(select(Pledge))}


def public_id(visitor: Visitor, name: str) -> str:
    with inside(visitor.app):
        return db.session.scalars(select(Partner.public_id).where(Partner.name == name)).one()


def test_leen_thanks_bert_with_words_that_are_ready(promised: Visitor) -> None:
    assert 'class="said' not in promised.get(page_of(promised)).text  # nobody thanks for what did not happen yet
    with later(days=20):
        leen = Visitor(promised.app).signed_in_as("leen")
        page = leen.get(page_of(promised)).text
        said = page.partition('class="said')[2].partition("</p>")[0]
        assert "twee taarten" in said and "Wereldkeuken" in said
        assert "wa.me/32470000011?text=" in page and "mailto:bert@example.org?subject=" in page

        leen.press(page_of(promised), action=f"/thanks/{public_id(promised, 'De Brug')}")
        assert states(promised) == {"stoelen": PledgeState.THANKED, "twee taarten": PledgeState.PROMISED}


def test_who_did_not_come_is_noted_and_the_board_follows(promised: Visitor) -> None:
    with later(days=20):
        leen = Visitor(promised.app).signed_in_as("leen")
        with inside(promised.app):
            chairs = db.session.scalars(select(Pledge.id).where(Pledge.what == "stoelen")).one()
        leen.press(page_of(promised), action=f"/pledges/{chairs}")

        assert states(promised)["stoelen"] == PledgeState.MISSED
        with inside(promised.app):
            assert db.session.scalars(select(Need)).one().missing == 20
        leen.press(page_of(promised), action=f"/pledges/{chairs}")  # the press was a mistake
        assert states(promised)["stoelen"] == PledgeState.PROMISED


def test_a_promise_told_back_has_its_reason(promised: Visitor) -> None:
    with inside(promised.app):
        chairs = db.session.scalars(select(Pledge.id).where(Pledge.what == "stoelen")).one()
    promised.press(page_of(promised), {"reason": "De zaal heeft ze zelf nodig"}, action=f"/pledges/{chairs}")

    with inside(promised.app):
        kept = db.session.get(Pledge, chairs)
        assert kept is not None
        assert (kept.state, kept.reason, kept.settled_by.name) == (PledgeState.WITHDRAWN, "De zaal heeft ze zelf nodig", "Leen")
        assert kept.need.missing == 20


def test_the_picture_to_share_names_only_who_agreed(promised: Visitor) -> None:
    page = page_of(promised)
    picture = promised.get(f"{page}/{public_id(promised, 'De Brug')}.png")

    assert picture.status_code == 200 and picture.data.startswith(b"\x89PNG")
    assert promised.get(f"{page}/{public_id(promised, 'Bakkerij Chen')}.png").status_code == 404


def test_the_house_reminds_of_thanking_after_the_date_and_not_before(promised: Visitor) -> None:
    with inside(promised.app):
        assert pledges.to_thank() == []
    with later(days=20), inside(promised.app):
        kitchen = db.session.scalars(select(Event)).one()
        assert pledges.to_thank() == [(kitchen, 2)]
        pledges.thank(kitchen.pledges, kitchen.hosts[0])
        assert pledges.to_thank() == []
    with later(days=60), inside(promised.app):
        assert pledges.to_thank() == []


def test_a_partners_page_names_where_it_helps_only_with_a_yes_for_that_time(promised: Visitor) -> None:
    def helps(name: str) -> bool:
        page = Visitor(promised.app).get(f"/en/partners/{public_id(promised, name)}").text
        return "Where they help" in page and "Wereldkeuken" in page

    assert (helps("De Brug"), helps("Bakkerij Chen")) == (True, False)
    with inside(promised.app):
        invitations.reply(db.session.scalars(select(Invitation).join(Invitation.partner).where(Partner.name == "De Brug")).one(), PartStat.DECLINED)
        db.session.commit()
    assert not helps("De Brug")


def test_strangers_thank_nobody(promised: Visitor) -> None:
    assert Visitor(promised.app).get(page_of(promised)).status_code == 302
