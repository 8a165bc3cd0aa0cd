"""Who offers help is known by two volunteers before driving anybody; a car is never over-full."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Visitor, hours, inside, later, world_kitchen
from vwg import clock, demo, links, messages
from vwg.db import db, locked
from vwg.domain import calls, dates, erasure, errors, events, lifts, offers, pace, rsvps, volunteers, vouching
from vwg.domain.rsvps import Party
from vwg.models import EventDate, Lift, Notice, NoticeChannel, NoticeState, Offer, Place, Rsvp, RsvpSupport, User

SAID = offers.Said("Rahim", "Ik kan rijden.", phone="+32470000031")


def rahim(*known_by: User) -> Offer:
    made = offers.offer(SAID, pace.new_key())
    for user in known_by:
        vouching.vouch(made, user)
    return made


def wants_a_lift(date: EventDate, name: str, party: Party) -> Rsvp:
    rsvp = rsvps.sign_up(date, party, language="ar", name=name)
    rsvp.supports.append(RsvpSupport(kind="lift", amount=party.people))
    db.session.flush()
    return rsvp


@pytest.fixture
def date(town: demo.Cast) -> EventDate:
    return locked(EventDate, world_kitchen(town, facts={"lift": True}).dates[0].id)


def test_two_different_volunteers_make_somebody_known(town: demo.Cast) -> None:
    offer = rahim(town.leen, town.leen)
    assert (offer.is_known, offers.known()) == (False, [])

    vouching.vouch(offer, town.jo)
    assert (offer.is_known, offers.known()) == (True, [offer])


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (offers.Said(" ", phone="+32470000031"), errors.OfferWithoutName),
        (offers.Said("R" * 41, phone="+32470000031"), errors.NameTooLong),
        (offers.Said("Rahim"), errors.NoWayToAnswer),
        (offers.Said("Rahim", "x" * 1001, email="rahim@example.org"), errors.WordsTooLong),
        (offers.Said("Rahim", "http://a http://b http://c", email="rahim@example.org"), errors.TooManyLinks),
        (offers.Said("Rahim", "00.01.25-567.77", email="rahim@example.org"), errors.ProposalHasNationalNumber),
    ],
)
def test_an_offer_that_cannot_be_is_refused_kindly(town: demo.Cast, said: offers.Said, refusal: type[errors.RuleBroken]) -> None:
    with pytest.raises(refusal):
        offers.offer(said, pace.new_key())
    assert list(offers.waiting()) == []


def test_a_robot_and_a_form_that_is_not_ours_make_no_offer(town: demo.Cast) -> None:
    with pytest.raises(errors.FilledTheTrap):
        offers.offer(SAID, pace.new_key(), "http://spam.example")
    with pytest.raises(errors.TooQuick):
        offers.offer(SAID, "made-up")
    assert list(offers.waiting()) == []


def test_an_offer_goes_a_month_after_the_answer_and_who_still_drives_later(town: demo.Cast, date: EventDate) -> None:
    waiting, answered, driver = rahim(), rahim(), rahim(town.leen, town.jo)
    for each in (answered, driver):
        offers.answer(each, town.leen)
    date.starts_at, date.ends_at = clock.now() + timedelta(days=40), clock.now() + timedelta(days=40, hours=4)
    lifts.drive(date, town.skala, 4, 0, offer=driver)

    with later(days=31):
        assert offers.forget_old() == 1
        assert sorted(db.session.scalars(select(Offer.id))) == [waiting.id, driver.id]
    with later(days=45):
        assert offers.forget_old() == 1
        assert (list(db.session.scalars(select(Offer.id))), list(db.session.scalars(select(Lift.id)))) == ([waiting.id], [])


def test_who_is_not_known_by_two_drives_nobody_and_loses_the_car_when_one_takes_it_back(town: demo.Cast, date: EventDate) -> None:
    offer = rahim(town.leen)
    with pytest.raises(lifts.NotKnownYet):
        lifts.drive(date, town.skala, 4, 1, offer=offer)

    vouching.vouch(offer, town.jo)
    lifts.drive(date, town.skala, 4, 1, offer=offer)
    assert [lift.driver for lift in lifts.board(date).lifts] == ["Rahim"]

    vouching.unvouch(offer, town.jo)
    assert list(lifts.board(date).lifts) == []


def told(*kinds: str) -> list[tuple[str, NoticeChannel, NoticeState]]:
    rows = db.session.scalars(select(Notice).where(Notice.recipient_kind.in_(["offer", "user"])).order_by(Notice.id))
    return [(row.kind, row.channel, row.state) for row in rows]


def test_a_driver_from_outside_hears_by_mail_that_they_drive_that_it_changed_and_that_they_need_not(town: demo.Cast, date: EventDate) -> None:
    offer = rahim(town.leen, town.jo)
    offer.email = "rahim@example.org"
    lifts.drive(date, town.skala, 4, 1, by=town.leen, offer=offer)
    dates.move(date, hours(28, 14, 18), town.skala, town.leen)
    vouching.unvouch(offer, town.jo)

    waiting, dropped, mail = NoticeState.WAITING, NoticeState.DROPPED, NoticeChannel.MAIL
    assert told() == [("driving", mail, dropped), ("driving_changed", mail, dropped), ("driving_off", mail, waiting)]


def test_a_driver_without_an_address_is_called_by_who_put_them_there_and_a_volunteer_knows(town: demo.Cast, date: EventDate) -> None:
    lifts.drive(date, town.skala, 4, 1, by=town.fatma, user=town.jo)
    assert told() == []
    offer = rahim(town.leen, town.jo)
    car = lifts.drive(date, town.skala, 4, 1, by=town.fatma, offer=offer)

    [call] = calls.to_make(town.fatma)
    assert (call.outsider, call.phone, calls.number(town.fatma), calls.number(town.jo)) == (offer, "+32470000031", 1, 0)
    text = messages.ready_text(call.notices, "nl", town.fatma)
    assert "Zaal Skala" in text and links.token("driving", offer) in text
    lifts.give_back(car)
    assert (calls.number(town.fatma), list(calls.to_make(town.fatma))) == (0, [])


def test_when_a_date_is_cancelled_every_driver_hears_it(town: demo.Cast, date: EventDate) -> None:
    lifts.drive(date, town.skala, 4, 1, user=town.jo)
    lifts.drive(date, town.skala, 4, 1, by=town.fatma, offer=rahim(town.leen, town.jo))

    dates.cancel(date, "De kok is ziek.", town.leen)

    assert sorted((kind, channel) for kind, channel, state in told() if state == NoticeState.WAITING and kind == "driving_changed") == [
        ("driving_changed", NoticeChannel.CALL), ("driving_changed", NoticeChannel.MAIL),
    ]  # fmt: skip
    [call] = [call for call in calls.to_make(town.leen) if call.outsider] or [call for call in calls.to_make(town.fatma) if call.outsider]
    assert "De kok is ziek." in messages.ready_text(call.notices, "nl", town.leen)


def test_a_party_that_grows_out_of_its_car_waits_for_another(town: demo.Cast, date: EventDate) -> None:
    amina = wants_a_lift(date, "Amina", Party(2, 1))
    car = lifts.drive(date, town.skala, 4, 2, user=town.jo)
    lifts.ride(car, amina)

    rsvps.change(amina, Party(2, 2))
    assert (lifts.people_in(car), lifts.child_seats_in(car), lifts.without_car([date])) == (4, 2, {})
    rsvps.change(amina, Party(3, 2))
    assert (lifts.people_in(car), lifts.without_car([date])) == (0, {date.id: 5})


def test_who_has_to_wait_for_a_seat_again_leaves_the_car(town: demo.Cast, date: EventDate) -> None:
    amina = wants_a_lift(date, "Amina", Party(2))
    car = lifts.drive(date, town.skala, 4, 1, user=town.jo)
    lifts.ride(car, amina)

    dates.set_seats([date], 1, may_wait=True)

    assert (amina.is_waiting, lifts.people_in(car)) == (True, 0)


def test_when_a_volunteer_leaves_who_was_to_ride_along_waits_for_another_car(town: demo.Cast, date: EventDate) -> None:
    amina = wants_a_lift(date, "Amina", Party(2))
    lifts.ride(lifts.drive(date, town.skala, 4, 1, user=town.jo), amina)

    volunteers.leave(town.jo)

    assert (list(lifts.board(date).lifts), list(lifts.board(date).waiting)) == ([], [amina])


def test_a_car_goes_with_the_names_a_week_after(town: demo.Cast, date: EventDate) -> None:
    lifts.drive(date, town.skala, 4, 1, user=town.jo)
    for days, left in ((26, 1), (27, 0)):  # the kitchen ends on the nineteenth day
        with later(days=days):
            erasure.erase_what_is_due()
            assert len(db.session.scalars(select(Lift)).all()) == left


def test_a_party_rides_whole_and_an_over_full_car_is_refused(town: demo.Cast, date: EventDate) -> None:
    amina, dawit = wants_a_lift(date, "Amina", Party(2, 1)), wants_a_lift(date, "Dawit", Party(2))
    car = lifts.drive(date, town.skala, 4, 1, user=town.jo)
    assert list(lifts.board(date).waiting) == [amina, dawit]

    lifts.ride(car, amina)

    assert (list(lifts.board(date).waiting), lifts.people_in(car), lifts.child_seats_in(car)) == ([dawit], 3, 1)
    with pytest.raises(lifts.CarIsFull, match=r"\b1\b"):
        lifts.ride(car, dawit)
    with pytest.raises(lifts.RidesAlready):
        lifts.ride(car, amina)
    with pytest.raises(lifts.CarIsFull):
        lifts.change(car, 2, 1)
    lifts.change(car, 5, 1)
    lifts.ride(car, dawit)
    assert list(lifts.board(date).waiting) == []


def test_children_under_twelve_need_a_child_seat(town: demo.Cast, date: EventDate) -> None:
    family = wants_a_lift(date, "Amina", Party(1, 0, 1, 1, 1))
    car = lifts.drive(date, town.skala, 4, 1, user=town.jo)

    with pytest.raises(lifts.ChildSeatsLacking):
        lifts.ride(car, family)
    lifts.change(car, 4, 2)
    lifts.ride(car, family)
    assert lifts.child_seats_in(car) == 2


def test_who_gives_the_places_back_frees_the_car_and_a_car_that_stays_home_frees_its_people(town: demo.Cast, date: EventDate) -> None:
    amina, dawit = wants_a_lift(date, "Amina", Party(4)), wants_a_lift(date, "Dawit", Party(4))
    car = lifts.drive(date, town.skala, 4, 0, user=town.jo)
    lifts.ride(car, amina)

    rsvps.give_back(amina)
    lifts.ride(car, dawit)
    assert lifts.people_in(car) == 4

    lifts.take_away(car)
    assert list(lifts.board(date).waiting) == [dawit]


@pytest.mark.parametrize(("seats", "children"), [(0, 0), (9, 0), (4, 5), (4, -1)])
def test_seats_that_cannot_be_are_refused(town: demo.Cast, date: EventDate, seats: int, children: int) -> None:
    with pytest.raises(lifts.LiftSeats):
        lifts.drive(date, town.skala, seats, children, user=town.jo)


def test_another_dates_people_do_not_get_into_this_car(town: demo.Cast, date: EventDate) -> None:
    other = wants_a_lift(locked(EventDate, world_kitchen(town).dates[0].id), "Hagos", Party(1))
    with pytest.raises(lifts.NotOnThisDate):
        lifts.ride(lifts.drive(date, town.skala, 4, 0, user=town.jo), other)


# ---- the pages


def test_rahim_offers_help_leen_answers_and_two_say_that_they_know_him(app: Flask, visitor: Visitor) -> None:
    sent = visitor.press("/en/offer-help", {"name": "Rahim", "text": "I can drive.", "phone": "٠٤٧٠ 00 00 31"})
    assert (sent.status_code, "A volunteer reads it" in sent.text) == (200, True)
    leen, jo = Visitor(app).signed_in_as("leen"), Visitor(app).signed_in_as("jo")

    assert "0470 00 00 31" in leen.get("/en/coaching/offers").text
    leen.press("/en/coaching/offers", action="/answered")
    leen.press("/en/coaching/offers", action="/known")
    assert "1 of 2 know this person" in leen.get("/en/coaching/offers").text
    jo.press("/en/coaching/offers", action="/known")

    assert "Two of us know this person" in jo.get("/en/coaching/offers").text
    with inside(app):
        offer = db.session.scalars(select(Offer)).one()
        assert (offer.phone, offer.is_known, offer.answered_by.name) == ("+32470000031", True, "Leen")


def test_an_offer_without_a_way_to_answer_comes_back_filled(app: Flask, visitor: Visitor) -> None:
    page = visitor.press("/en/offer-help", {"name": "Rahim", "text": "I can drive."})

    assert (page.status_code, "How can we answer you?" in page.text, "I can drive." in page.text) == (409, True, True)
    assert Visitor(app).get("/en/coaching/offers").status_code == 302


def test_rahim_sees_on_his_own_page_where_and_how_many_never_who_and_gives_it_back(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        leen, jo = (db.session.scalars(select(User).where(User.demo_name == name)).one() for name in ("leen", "jo"))
        event = events.create(events.Details("Wereldkeuken", seats=40), [hours(21, 14, 18)], leen)
        events.publish(event, leen)
        date = locked(EventDate, event.dates[0].id)
        place = db.session.scalars(select(Place).order_by(Place.id)).first()
        offer = rahim(leen, jo)
        lifts.ride(lifts.drive(date, place, 4, 1, offer=offer), wants_a_lift(date, "Zilvermeeuw", Party(2, 1)))
        db.session.commit()
        page, where = f"/en/help/driving/{links.token('driving', offer)}", place.name
    seen = visitor.get(page).text
    assert where in seen and "3 people ride along." in seen and "With 1 child seat." in seen and "Zilvermeeuw" not in seen

    with inside(app):  # one volunteer's word is not enough to see where people get in
        held = db.session.scalars(select(Offer)).one()
        held.vouches = held.vouches[:1]
        db.session.commit()
    assert where not in visitor.get(page).text

    visitor.press(page, action="/back")
    assert "You drive nowhere now." in visitor.get(page).text
    with inside(app):
        assert list(db.session.scalars(select(Lift))) == []


def test_jo_drives_leen_puts_a_party_in_and_fatma_sees_no_names(app: Flask, visitor: Visitor) -> None:
    with inside(app):
        leen = db.session.scalars(select(User).where(User.demo_name == "leen")).one()
        event = events.create(events.Details("Wereldkeuken", seats=40), [hours(21, 14, 18)], leen)
        events.publish(event, leen)
        wants_a_lift(locked(EventDate, event.dates[0].id), "Zilvermeeuw", Party(3))
        db.session.commit()
        path = f"/en/coaching/lifts/{event.dates[0].public_id}"
        place, rsvp = db.session.scalars(select(Place.id).order_by(Place.id)).first(), db.session.scalars(select(Rsvp.public_id)).one()
    jo, leen_too, fatma = (Visitor(app).signed_in_as(name) for name in ("jo", "leen", "fatma"))

    jo.press(path, {"driver": "me", "place": place, "seats": "2", "child_seats": "0"})
    assert "Zilvermeeuw" in leen_too.get(path).text and "Zilvermeeuw" not in jo.get(path).text
    full = leen_too.press(path, {"rsvp": rsvp}, action="/ride")
    assert "They do not fit. Seats left in this car: 2." in full.text

    jo.press(path, action="/away")
    jo.press(path, {"driver": "me", "place": place, "seats": "3", "child_seats": "0"})
    leen_too.press(path, {"rsvp": rsvp}, action="/ride")

    assert "Zilvermeeuw" in jo.get(path).text  # whom he drives
    page = fatma.get(path).text
    assert "Zilvermeeuw" not in page and "3 of 3 seats taken" in page
    token = re.search('name="csrf_token"[^>]*value="([^"]+)"', page).group(1)
    with inside(app):
        lift = db.session.scalars(select(Lift.id)).one()
    for step in (f"{lift}/ride", f"{lift}/{rsvp}/out", f"{lift}/away"):
        assert fatma.client.post(f"{path}/{step}", data={"csrf_token": token, "rsvp": rsvp}).status_code == 404, step
