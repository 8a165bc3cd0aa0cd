"""The same partner written down twice is found and becomes one, and nothing is lost."""

import pytest
from sqlalchemy import select

from tests.conftest import world_kitchen
from vwg.db import db
from vwg.demo import Cast
from vwg.domain import doubles, errors, invitations, partners, relations
from vwg.domain.invitations import Offer
from vwg.domain.partners import Details, Person
from vwg.models import Invitation, Partner, PartStat, PublishedIn


@pytest.mark.parametrize(
    "second",
    [
        Details("Iets heel anders", kbo="BE 0475.250.609"), Details("Iets heel anders", vcode="v0001001"),
        Details("Iets heel anders", website="https://www.debrug.example/contact"), Details("de brug VZW"), Details("De  Brug", town="Laarne"),
    ],
)  # fmt: skip
def test_a_partner_is_recognised_by_number_website_or_name_and_place(town: Cast, second: Details) -> None:
    partners.edit(town.de_brug, town.de_brug.version, Details("De Brug", kbo="0475250609", vcode="V0001001", website="https://debrug.example", street="Kerkstraat 1", town="Laarne"))

    assert doubles.like(second) == [town.de_brug]
    with pytest.raises(errors.LooksLikeAnother):
        partners.add(second, sure=False)


@pytest.mark.parametrize("second", [Details("De Brugge"), Details("De Brug", town="Gent"), Details("X", website="https://facebook.com/iemand"), Details("X", kbo="fout")])
def test_another_one_is_another_one(town: Cast, second: Details) -> None:
    partners.edit(town.de_brug, town.de_brug.version, Details("De Brug", website="https://facebook.com/debrug", town="Laarne"))

    assert doubles.like(second) == []


def test_doubles_stand_together(town: Cast) -> None:
    twin = partners.add(Details("De Brug vzw"))

    assert doubles.all_there() == [[town.de_brug, twin]]


def test_whom_one_merges_with_stands_first_where_it_is_likely(town: Cast) -> None:
    twin, last = partners.add(Details("De Brug vzw")), partners.add(Details("Aap en Noot"))

    assert doubles.others(town.de_brug) == [(each.public_id, each.name) for each in (twin, last, town.bakery)]


def test_merging_loses_nothing(town: Cast) -> None:
    twin = partners.add(Details("De Brug vzw", contact_name="Mia", contact_email="mia@example.org", public_email="brug@example.org", lends=["van"], tags=["buren"], kbo="0475250609"))
    first, second = world_kitchen(town), world_kitchen(town, organisation=twin)
    asked_both = [invitations.invite(first, partner, partner.contacts[0], "", town.jo) for partner in (town.de_brug, twin)]
    only_twin = invitations.invite(second, twin, twin.contacts[0], "", town.jo)
    invitations.reply(asked_both[1], PartStat.ACCEPTED, offers=[Offer(None, 1, "soep")])
    invitations.reply(only_twin, PartStat.ACCEPTED, offers=[Offer(None, 1, "koffie")])
    relations.note(twin, "Mia heeft de sleutel.", town.leen)
    before = sorted((entry.kind, entry.text) for partner in (town.de_brug, twin) for entry in relations.time_line(partner))

    doubles.merge(town.de_brug, twin)

    assert sorted((entry.kind, entry.text) for entry in relations.time_line(town.de_brug)) == before
    assert {contact.name for contact in town.de_brug.contacts} == {"Bert", "Mia"}
    assert (town.de_brug.kbo, town.de_brug.public_email, [asset.kind for asset in town.de_brug.assets]) == ("0475250609", "brug@example.org", ["van"])
    assert [each.tag for each in town.de_brug.tags] == ["buren"]
    assert {pledge.what for pledge in [*first.pledges, *second.pledges] if pledge.partner_id == town.de_brug.id} == {"soep", "koffie"}
    assert second.organisation is town.de_brug
    assert f"partners/{town.de_brug.public_id}" in set(db.session.scalars(select(PublishedIn.feed)))
    assert twin not in db.session.scalars(Partner.known()).all() and doubles.all_there() == []
    assert len(db.session.scalars(select(Invitation)).all()) == 3  # each link that was mailed still opens


def test_one_person_of_both_stays_one(town: Cast) -> None:
    twin = partners.add(Details("De Brug vzw", contact_name="Bert B.", contact_email="BERT@example.org"))
    invitation = invitations.invite(world_kitchen(town), twin, twin.contacts[0], "", town.jo)
    partners.never_mail(twin.contacts[0])
    doubles.merge(town.de_brug, twin)

    assert [contact.name for contact in town.de_brug.contacts] == ["Bert"]
    assert invitation.contact is town.bert
    assert not town.bert.takes_mail  # "never mail me again" holds, whichever row it was said to


def test_consent_to_be_listed_does_not_move(town: Cast) -> None:
    silent = partners.add(Details("De Brug vzw"))
    doubles.merge(silent, town.de_brug)

    assert not silent.is_listed and not town.de_brug.is_listed


def test_nobody_is_merged_with_itself_or_twice(town: Cast) -> None:
    twin = partners.add(Details("De Brug vzw"))
    with pytest.raises(errors.MergedWithItself):
        doubles.merge(town.de_brug, town.de_brug)
    doubles.merge(town.de_brug, twin)
    with pytest.raises(errors.MergedWithItself):
        doubles.merge(town.bakery, twin)


def test_what_a_merged_one_had_taken_in_goes_along(town: Cast) -> None:
    second, third = partners.add(Details("De Brug vzw")), partners.add(Details("Brugje"))
    relations.note(third, "Oude naam.", town.leen)
    doubles.merge(second, third)
    doubles.merge(town.de_brug, second)

    assert third.merged_into is town.de_brug
    assert [entry.text for entry in relations.time_line(town.de_brug)] == ["Oude naam."]


def test_a_number_of_the_state_never_stands_in_a_note(town: Cast) -> None:
    with pytest.raises(errors.NoteHasNationalNumber):
        relations.note(town.de_brug, "Amina, 00.01.25-567.77", town.leen)
    with pytest.raises(errors.NoteIsEmpty):
        relations.note(town.de_brug, "  ", town.leen)
    relations.note(town.de_brug, "Bel 0470 00 00 00, nummer 0475250609", town.leen)


def test_several_people_each_with_language_and_channel(town: Cast) -> None:
    partners.add_contact(town.de_brug, Person("Oksana", email="oksana@example.org", language="uk", signs_in=True))
    contact = town.de_brug.contacts[-1]

    assert (contact.language, contact.user.email, contact.user.is_volunteer) == ("uk", "oksana@example.org", False)
    with pytest.raises(errors.SignInNeedsMail):
        partners.add_contact(town.de_brug, Person("Rahim", signs_in=True))
    with pytest.raises(errors.ContactWithoutName):
        partners.add_contact(town.de_brug, Person())


def test_what_is_needed_says_who_can_help(town: Cast) -> None:
    from vwg.domain import needs

    kitchen = world_kitchen(town)
    for what in ("klapstoelen", "mensen voor de afwas", "tolk Tigrinya", "grote kookpotten"):
        needs.add(kitchen, what, 3)
    partners.edit(town.bakery, town.bakery.version, Details("Bakkerij Chen", lends=["oven"]))

    assert partners.lends_for(kitchen.needs) == ["chairs", "people", "oven"]
    found, total = partners.to_ask(partners.Wanted(only_listed=False), [], ["oven"], 20)
    assert (list(found), total) == ([town.bakery, town.de_brug], 2)
    later_ones, _ = partners.to_ask(partners.Wanted(only_listed=False), [], [], 20)
    assert list(later_ones) == [town.bakery, town.de_brug]
