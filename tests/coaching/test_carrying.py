"""Who carries a family: two coaches, a stand-in, a hand-over; who leaves leaves nobody behind."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, forms_of, hours, inside, later
from vwg import clock, demo
from vwg.db import db, locked
from vwg.domain import calls, carrying, dates, events, households, invitations, rsvps, twice, volunteers
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Household, Notice, RsvpContact, User


def who(household: Household) -> list[tuple[str, date | None]]:
    return sorted((held.user.first_name, held.until) for held in household.coaches)


def cancelled(town: demo.Cast, day: int = 21) -> EventDate:
    """Amina was coming to Leen's kitchen that does not go on."""
    event = events.create(events.Details("Wereldkeuken", seats=40), [hours(day, 14, 18)], town.leen)
    events.publish(event, town.leen)
    held = locked(EventDate, event.dates[0].id)
    households.sign_up(held, [town.amina], town.fatma, f"k{day}")
    dates.cancel(held, "De kok is ziek.", town.leen)
    db.session.flush()
    return held


def called_by(user: User) -> int:
    return len(calls.to_make(user))


def test_two_carry_a_family_and_a_third_is_refused(town: demo.Cast) -> None:
    carrying.share(town.amina, town.jo)

    assert who(town.amina) == [("Fatma", None), ("Jo", None)]
    with pytest.raises(carrying.TooManyCoaches):
        carrying.share(town.amina, town.leen)
    with pytest.raises(carrying.IsCoachAlready):
        carrying.share(town.amina, town.jo)


def test_a_stand_in_carries_and_calls_until_that_day_and_then_it_comes_back(town: demo.Cast) -> None:
    cancelled(town)
    assert (called_by(town.fatma), called_by(town.jo)) == (1, 0)

    carrying.stand_in(town.amina, town.jo, clock.today() + timedelta(days=5))

    assert (called_by(town.fatma), called_by(town.jo)) == (0, 1)
    assert town.amina in households.of(town.jo) and town.amina in households.of(town.fatma)
    with later(days=6):
        assert carrying.follow_coaches() == 1
        assert (called_by(town.fatma), called_by(town.jo)) == (1, 0)
        assert town.amina not in households.of(town.jo)


@pytest.mark.parametrize("days", [-1, 400])
def test_a_stand_in_is_for_a_day_to_come_within_a_year(town: demo.Cast, days: int) -> None:
    with pytest.raises(carrying.StandInDay):
        carrying.stand_in(town.amina, town.jo, clock.today() + timedelta(days=days))


def test_a_coach_who_is_ill_has_one_stand_in_for_all_her_families(town: demo.Cast) -> None:
    until = clock.today() + timedelta(days=14)

    assert carrying.go_away(town.fatma, town.jo, until) == 2
    assert [who(each) for each in (town.amina, town.dawit)] == [[("Fatma", None), ("Jo", until)]] * 2


def test_of_two_coaches_the_one_who_is_there_tells_what_is_new_and_afterwards_it_is_hers_again(town: demo.Cast) -> None:
    with later(minutes=1):
        carrying.share(town.amina, town.jo)
    cancelled(town)
    assert (called_by(town.fatma), called_by(town.jo)) == (1, 0)  # who carries them longest

    carrying.go_away(town.fatma, town.leen, clock.today() + timedelta(days=5))
    assert [called_by(user) for user in (town.fatma, town.jo, town.leen)] == [0, 1, 0]
    assert who(town.amina) == [("Fatma", None), ("Jo", None)]  # one family more that Leen need not see
    cancelled(town, day=22)
    assert [called_by(user) for user in (town.fatma, town.jo, town.leen)] == [0, 1, 0]
    assert len(calls.to_make(town.jo)[0].notices) == 2

    with later(days=6):
        carrying.follow_coaches()
        cancelled(town, day=23)
        assert (called_by(town.fatma), called_by(town.jo)) == (1, 0)


def test_who_is_back_sooner_has_her_families_back_at_once(town: demo.Cast) -> None:
    cancelled(town)
    carrying.go_away(town.fatma, town.jo, clock.today() + timedelta(days=14))
    assert (called_by(town.fatma), called_by(town.jo)) == (0, 1)

    carrying.come_back(town.fatma)

    assert [who(each) for each in (town.amina, town.dawit)] == [[("Fatma", None)]] * 2
    assert (called_by(town.fatma), called_by(town.jo)) == (1, 0)


def test_two_who_are_both_away_leave_the_family_to_who_is_there(town: demo.Cast) -> None:
    until = clock.today() + timedelta(days=14)
    carrying.share(town.amina, town.jo)
    carrying.go_away(town.fatma, town.leen, until)
    with pytest.raises(carrying.NotACoach):
        carrying.go_away(town.jo, town.fatma, until)  # who is ill herself

    carrying.go_away(town.jo, town.leen, until)
    cancelled(town)

    assert who(town.amina) == [("Fatma", None), ("Jo", None), ("Leen", until)]
    assert [called_by(user) for user in (town.fatma, town.jo, town.leen)] == [0, 0, 1]


def test_what_somebody_had_to_tell_who_is_away_or_left_is_on_everybodys_list(town: demo.Cast) -> None:
    """A host's own calls, and a partner whom nobody mails: none of it waits for who is not there."""
    kitchen = events.create(events.Details("Wereldkeuken", seats=40), [hours(21, 14, 18)], town.leen)
    events.publish(kitchen, town.leen)
    held = locked(EventDate, kitchen.dates[0].id)
    rsvps.sign_up(held, Party(2), language="ar", name="Rahim").contact = RsvpContact(phone="+32470000031")
    invitations.invite(kitchen, town.bakery, None, "Taart?", town.jo)
    dates.cancel(held, "De kok is ziek.", town.leen)
    db.session.flush()
    assert [called_by(user) for user in (town.leen, town.jo, town.fatma)] == [1, 1, 0]

    carrying.go_away(town.leen, town.jo, clock.today() + timedelta(days=3))
    volunteers.leave(town.jo)
    dates.put_on_again(held, town.leen)

    assert [(called_by(user), calls.number(user)) for user in (town.leen, town.fatma)] == [(2, 2), (2, 2)]
    with later(days=4):
        assert [(called_by(user), calls.number(user)) for user in (town.leen, town.fatma)] == [(2, 2), (1, 1)]


def test_who_stands_in_and_is_ill_leaves_nobody_with_herself(town: demo.Cast) -> None:
    soon, until = clock.today() + timedelta(days=5), clock.today() + timedelta(days=14)
    carrying.hand_over(town.amina, town.fatma, town.jo)
    carrying.hand_over(town.dawit, town.fatma, town.leen)
    for household in (town.amina, town.dawit):
        carrying.stand_in(household, town.fatma, soon)
    cancelled(town)
    assert called_by(town.fatma) == 1

    assert carrying.go_away(town.fatma, town.jo, until) == 2

    assert [who(town.amina), who(town.dawit)] == [[("Jo", None)], [("Jo", soon), ("Leen", None)]]
    assert (called_by(town.fatma), called_by(town.jo)) == (0, 1)


def test_a_family_is_handed_over_with_what_is_still_to_be_told(town: demo.Cast) -> None:
    cancelled(town)

    carrying.hand_over(town.amina, town.fatma, town.jo)

    assert who(town.amina) == [("Jo", None)]
    assert (called_by(town.fatma), called_by(town.jo)) == (0, 1)


def test_who_takes_it_over_beside_a_second_coach_makes_the_calls_too(town: demo.Cast) -> None:
    with later(minutes=1):
        carrying.share(town.amina, town.leen)
    cancelled(town)

    with later(minutes=2):
        carrying.hand_over(town.amina, town.fatma, town.jo)

    assert [called_by(user) for user in (town.fatma, town.jo, town.leen)] == [0, 1, 0]


def test_the_only_coach_cannot_stop_and_one_of_two_can(town: demo.Cast) -> None:
    with pytest.raises(carrying.LastCoach):
        carrying.let_go(town.amina, town.fatma)

    carrying.share(town.amina, town.jo)
    carrying.let_go(town.amina, town.fatma)

    assert who(town.amina) == [("Jo", None)]


def test_who_leaves_leaves_nobody_behind(town: demo.Cast) -> None:
    cancelled(town)
    carrying.stand_in(town.dawit, town.jo, clock.today() + timedelta(days=5))

    volunteers.leave(town.fatma)

    assert who(town.dawit) == [("Jo", None)]  # the stand-in stays
    assert list(carrying.orphans()) == [town.amina]
    assert [called_by(user) for user in (town.leen, town.jo)] == [1, 1]  # on everybody's list

    carrying.take_on(town.amina, town.jo)

    assert (who(town.amina), list(carrying.orphans())) == ([("Jo", None)], [])
    assert (called_by(town.leen), called_by(town.jo)) == (0, 1)
    with pytest.raises(carrying.CarriedAlready):
        carrying.take_on(town.amina, town.leen)


def test_who_is_no_coach_any_more_leaves_nobody_behind_either(town: demo.Cast) -> None:
    volunteers.change(town.fatma, "Fatma", "fatma@example.org", ["organiser"])

    assert sorted(each.nickname for each in carrying.orphans()) == ["Amina", "Dawit"]


def test_what_a_coach_did_not_tell_is_the_hosts_a_day_before(town: demo.Cast) -> None:
    cancelled(town)
    assert calls.hand_leftovers_to_hosts() == 0

    with later(days=18, hours=10):
        assert calls.hand_leftovers_to_hosts() == 1
        assert (called_by(town.fatma), called_by(town.leen)) == (0, 1)
        carrying.follow_coaches()
        assert (called_by(town.fatma), called_by(town.leen)) == (0, 1)


def test_fresh_news_of_a_near_date_is_the_coachs_for_three_hours(town: demo.Cast) -> None:
    cancelled(town, day=3)  # tomorrow
    with later(hours=7):  # within a day of it
        db.session.scalars(select(Notice)).one().created_at = clock.now()
        assert calls.hand_leftovers_to_hosts() == 0
    with later(hours=11):
        assert calls.hand_leftovers_to_hosts() == 1


def test_the_same_people_by_coach_and_by_themselves_are_shown_to_the_host(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        people = {user.demo_name: user for user in db.session.scalars(select(User))}
        amina = db.session.scalars(select(Household).where(Household.nickname == "Amina")).one()
        event = events.create(events.Details("Wereldkeuken", seats=40), [hours(21, 14, 18)], people["leen"])
        events.publish(event, people["leen"])
        held = locked(EventDate, event.dates[0].id)
        households.sign_up(held, [amina], people["fatma"], "k")
        alone = rsvps.sign_up(held, Party(2), language="ar", name="Umm Ali")
        alone.contact = RsvpContact(phone=amina.phone)
        rsvps.sign_up(held, Party(4), language="ar", name="amina")
        rsvps.sign_up(held, Party(3), language="ti", name="Hagos")
        db.session.commit()
        found = [(each.why, each.second.name) for each in twice.among(held.rsvps)]
        page = f"/en/planning/dates/{held.public_id}/names"

    assert found == [("phone", "Umm Ali"), ("name", "amina")]
    text = visitor.signed_in_as("leen").get(page).text
    assert "The same people twice?" in text and "the same telephone number" in text


# ---- the pages


def family(app: Flask, name: str = "Amina") -> int:
    with inside(app):
        return db.session.scalars(select(Household.id).where(Household.nickname == name)).one()


def number_of(app: Flask, name: str) -> int:
    with inside(app):
        return db.session.scalars(select(User.id).where(User.demo_name == name)).one()


def carriers(app: Flask, name: str = "Amina") -> list[tuple[str, date | None]]:
    with inside(app):
        return who(db.session.scalars(select(Household).where(Household.nickname == name)).one())


def test_fatma_shares_a_family_finds_a_stand_in_and_hands_it_over(app: Flask, visitor: Visitor) -> None:
    fatma, amina, jo = visitor.signed_in_as("fatma"), family(app), number_of(app, "jo")

    assert fatma.press(f"/en/coaching/households/{amina}/share", {"who": jo}).status_code == 200
    assert carriers(app) == [("Fatma", None), ("Jo", None)]
    assert fatma.press("/en/coaching/", action=f"/households/{amina}/let-go").status_code == 200
    assert carriers(app) == [("Jo", None)]

    dawit = family(app, "Dawit")
    assert fatma.press(f"/en/coaching/households/{dawit}/stand-in", {"who": jo, "until": "2026-03-10"}).status_code == 200
    assert carriers(app, "Dawit") == [("Fatma", None), ("Jo", date(2026, 3, 10))]
    stand_in = Visitor(app).signed_in_as("jo")  # who decides nothing about who carries them
    assert "/stand-in" not in stand_in.get("/en/coaching/").text.partition(f"/households/{dawit}")[2]
    for step in ("share", "stand-in", "hand-over"):
        page = f"/en/coaching/households/{dawit}/{step}"
        assert [stand_in.get(page).status_code, stand_in.client.post(page, data={"who": number_of(app, "leen")}).status_code] == [404, 404], step
    assert fatma.press(f"/en/coaching/households/{dawit}/hand-over", {"who": jo}).status_code == 200
    assert carriers(app, "Dawit") == [("Jo", None)]


def test_an_administrator_finds_a_stand_in_for_who_is_ill_and_others_only_for_themselves(app: Flask, visitor: Visitor) -> None:
    fatma, jo, leen = (number_of(app, name) for name in ("fatma", "jo", "leen"))

    refused = Visitor(app).signed_in_as("jo").press("/en/coaching/ill", {"coach": fatma, "who": leen, "until": "2026-03-10"})
    assert (refused.status_code, carriers(app)) == (422, [("Fatma", None)])

    page = visitor.signed_in_as("leen").press("/en/coaching/ill", {"coach": fatma, "who": jo, "until": "2026-03-10"})
    assert (page.status_code, "Saved for 2 families." in page.text) == (200, True)
    assert carriers(app) == [("Fatma", None), ("Jo", date(2026, 3, 10))]
    ill = Visitor(app).signed_in_as("fatma")
    assert "Away until Tue 10/3" in ill.get("/en/coaching/").text
    other = Visitor(app).signed_in_as("jo")
    token = dict(forms_of(other.get("/en/coaching/ill").text)[0]["fields"])
    assert other.client.post(f"/en/coaching/ill/{fatma}/back", data=token).status_code == 404
    assert ill.press("/en/coaching/", action=f"/ill/{fatma}/back").status_code == 200
    assert (carriers(app), "Away until" in ill.get("/en/coaching/").text) == ([("Fatma", None)], False)


def test_a_family_without_a_coach_is_taken_on_by_one_press_and_named_only_then(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        volunteers.leave(db.session.scalars(select(User).where(User.demo_name == "fatma")).one())
        db.session.commit()
    jo = visitor.signed_in_as("jo")

    before = jo.get("/en/coaching/").text
    assert ("A family has no coach now" in before, "Amina" in before) == (True, False)
    after = jo.press("/en/coaching/", action=f"/households/{family(app)}/take-on").text
    assert "Amina" in after
    assert carriers(app) == [("Jo", None)]


def test_who_looked_is_the_same_page_for_all(app: Flask, visitor: Visitor) -> None:
    visitor.signed_in_as("fatma").get("/en/coaching/")

    for name in ("leen", "jo", "fatma"):
        page = Visitor(app).signed_in_as(name).get("/en/coaching/looks").text
        assert "Fatma" in page and "Families" in page and "Mon 2/3" in page
    assert Visitor(app).get("/en/coaching/looks").status_code == 302
