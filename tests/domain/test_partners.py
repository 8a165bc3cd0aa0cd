"""The directory: who is in it, and who may see them."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.conftest import world_kitchen
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import dates, errors, events, invitations, partners
from vwg.domain.partners import Details, Person, Wanted
from vwg.models import NeverMail, Notice, NoticeChannel, Partner, PartnerKind, Visibility


def found(words: str = "", kind: PartnerKind | None = None, **more: Any) -> list[Partner]:
    return list(partners.page(Wanted(words, kind, **more), 1)[0])


def test_strangers_find_only_who_agreed_to_be_listed(town: Cast) -> None:
    partners.add(Details("Stille Helpers", text="Buurtwerk"))

    assert [partner.name for partner in found("buurt")] == ["De Brug"]
    assert [partner.name for partner in found("buurt", only_listed=False)] == ["De Brug", "Stille Helpers"]


def test_a_consent_taken_back_holds_at_once(town: Cast) -> None:
    partners.edit(town.de_brug, town.de_brug.version, Details("De Brug"))

    assert town.de_brug not in found()
    assert not town.de_brug.is_listed


def test_the_day_of_the_consent_stays_through_other_changes(town: Cast) -> None:
    agreed = town.de_brug.listed_consent_at
    partners.edit(town.de_brug, town.de_brug.version, Details("De Brug vzw", listed=True))

    assert (town.de_brug.name, town.de_brug.listed_consent_at) == ("De Brug vzw", agreed)


def test_a_partner_has_a_name(town: Cast) -> None:
    with pytest.raises(errors.PartnerNameMissing):
        partners.add(Details("  "))


def test_two_volunteers_do_not_overwrite_each_other(town: Cast) -> None:
    seen = town.de_brug.version
    partners.edit(town.de_brug, seen, Details("De Brug vzw"))

    with pytest.raises(errors.ChangedMeanwhile):
        partners.edit(town.de_brug, seen, Details("De Brug Laarne"))


def test_by_kind_and_by_what_they_lend(town: Cast) -> None:
    partners.edit(town.de_brug, town.de_brug.version, Details("De Brug", lends=["chairs", "hall"], listed=True))

    assert found(kind=PartnerKind.MERCHANT) == [town.bakery]
    assert found(lends="chairs", only_listed=False) == [town.de_brug]
    assert partners.kinds_there() == {PartnerKind.ASSOCIATION, PartnerKind.MERCHANT}


def test_one_asks_who_takes_mail_then_who_has_a_telephone(town: Cast) -> None:
    from vwg.models import Contact

    town.de_brug.contacts.append(Contact(name="Rahim", phone="+32470000031"))
    town.de_brug.contacts.append(Contact(name="Oksana"))
    db.session.flush()
    assert partners.contact_for_asking(town.de_brug) is town.bert

    partners.never_mail(town.bert)
    town.bert.phone = ""
    chosen = partners.contact_for_asking(town.de_brug)
    assert chosen is not None and chosen.name == "Rahim"


def test_never_mail_again_turns_waiting_mail_into_calls_and_holds(town: Cast) -> None:
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "", town.jo)
    partners.never_mail(town.bert)
    invitations.invite(world_kitchen(town), town.de_brug, town.bert, "", town.jo)

    assert set(db.session.scalars(select(Notice.channel))) == {NoticeChannel.CALL}


def test_its_page_shows_what_is_public_and_still_to_come(town: Cast) -> None:
    shown = world_kitchen(town, organisation=town.de_brug)
    world_kitchen(town, organisation=town.de_brug, published=False)
    events.publish(
        events.create(events.Details("Vergadering", organisation=town.de_brug, visibility=Visibility.INTERNAL), times(), town.leen), town.leen
    )

    assert partners.activities_of(town.de_brug) == [shown]


def times() -> list[dates.Times]:
    from tests.conftest import hours

    return [hours(22, 10, 12)]


def test_never_mail_again_holds_for_the_address_whoever_writes_it_down(town: Cast) -> None:
    """Taken away and added again, at another partner, or in a table: it is the same mailbox."""
    twin = partners.add_contact(town.bakery, Person("Bert", email="bert@example.org"))
    partners.never_mail(town.bert)
    assert twin.never_mail_at is not None

    partners.remove_contact(town.bert)
    again = partners.add_contact(town.de_brug, Person("Bert", email="Bert@example.org", phone="+32470000001"))
    first = partners.add(Details("Toneelkring", contact_name="Bert", contact_email="bert@example.org")).contacts[0]
    assert [each.takes_mail for each in (again, first)] == [False, False]
    assert "bert@example.org" not in {noted.seal for noted in db.session.scalars(select(NeverMail))}

    partners.change_contact(again, Person("Rahim", email="rahim@example.org"))
    assert again.takes_mail
    partners.change_contact(again, Person("Bert", email="bert@example.org"))
    assert not again.takes_mail

    partners.mail_again(again)
    assert [each.takes_mail for each in (again, first, twin)] == [True, True, True]
    assert db.session.scalars(select(NeverMail)).all() == []
