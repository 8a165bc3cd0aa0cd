"""*Rijdt* and *wil mee*: two short lists for a date; a car is never over-full."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from vwg import clock
from vwg.db import db
from vwg.domain import errors, notices
from vwg.models import EventDate, Household, Lift, LiftRider, Offer, Place, Rsvp, RsvpStatus, RsvpSupport, User
from vwg.phrases import N_

MOST_SEATS = 8  # besides the driver: a driving licence B
NEEDS_CHILD_SEAT = ("band_0_2", "band_3_5", "band_6_11")  # under 1.35 m a child seat is the law (KB 1/12/1975, art. 35)


HOLDS_SEATS = (RsvpStatus.CONFIRMED, RsvpStatus.TO_CONFIRM)


class NotKnownYet(errors.RuleBroken):
    sentence = N_("Two volunteers must know this person first.")
    field = "driver"


class LiftSeats(errors.RuleBroken):
    sentence = N_("Give from 1 to %(most)s seats, and not more child seats than that.")
    field = "seats"


class CarIsFull(errors.RuleBroken):
    sentence = N_("They do not fit. Seats left in this car: %(free)s.")
    field = "rsvp"


class ChildSeatsLacking(errors.RuleBroken):
    sentence = N_("They do not fit. Child seats in this car: %(there)s.")
    field = "rsvp"


class RidesAlready(errors.RuleBroken):
    sentence = N_("They ride along with somebody already.")
    field = "rsvp"


class NotOnThisDate(errors.RuleBroken):
    sentence = N_("They have no seats on this date.")
    field = "rsvp"


@dataclass(frozen=True)
class Board:
    """A date's two lists: the cars, and who wants to come along and has no car yet."""

    lifts: Sequence[Lift]
    waiting: Sequence[Rsvp]


def board(date: EventDate) -> Board:
    lifts = db.session.scalars(
        select(Lift)
        .where(Lift.date_id == date.id)
        .order_by(Lift.created_at, Lift.id)
        .options(
            selectinload(Lift.riders).joinedload(LiftRider.rsvp).joinedload(Rsvp.household).lazyload(Household.coaches),
            joinedload(Lift.user).lazyload(User.roles), joinedload(Lift.offer),
        )
    ).all()  # fmt: skip
    riding = {rider.rsvp_id for lift in lifts for rider in lift.riders}
    wanting = db.session.scalars(
        select(Rsvp)
        .where(Rsvp.date_id == date.id, Rsvp.id.in_(select(RsvpSupport.rsvp_id).where(RsvpSupport.kind == "lift")))
        .order_by(Rsvp.id)
        .options(joinedload(Rsvp.household).lazyload(Household.coaches))
    ).all()
    return Board(lifts, [rsvp for rsvp in wanting if rsvp.id not in riding and rsvp.holds_seats])


def of(offer: Offer) -> Sequence[Lift]:
    """What somebody from outside drives, dates to come, the nearest first; riders as numbers are in it."""
    theirs = select(Lift).join(EventDate).where(Lift.offer_id == offer.id, EventDate.ends_at > clock.now())
    return db.session.scalars(theirs.order_by(EventDate.starts_at, Lift.id).options(selectinload(Lift.riders).joinedload(LiftRider.rsvp))).all()


def without_car(dates: Iterable[EventDate]) -> dict[int, int]:
    """How many people of each date, by its id, look for a lift and have none yet, in one query."""
    ids = [date.id for date in dates]
    if not ids:
        return {}
    wants = select(RsvpSupport.rsvp_id).where(RsvpSupport.kind == "lift")
    rows = db.session.execute(
        select(Rsvp.date_id, func.sum(Rsvp.adults + Rsvp.band_0_2 + Rsvp.band_3_5 + Rsvp.band_6_11 + Rsvp.band_12_17))
        .where(Rsvp.date_id.in_(ids), Rsvp.id.in_(wants), Rsvp.id.not_in(select(LiftRider.rsvp_id)))
        .where(Rsvp.status.in_(HOLDS_SEATS))
        .group_by(Rsvp.date_id)
    )
    return {date_id: int(number) for date_id, number in rows}


def drive(date: EventDate, place: Place, seats: int, child_seats: int, *, by: User | None = None, user: User | None = None, offer: Offer | None = None) -> Lift:
    """A car from a place of our list. A driver from outside must be known by two volunteers, and is
    told where and when, with a link to look again: by mail, or by the volunteer (`by`) who put them there.

    Raises NotKnownYet, LiftSeats, DateIsOver.
    """
    if (user is None) == (offer is None):
        raise ValueError("a car has one driver")
    if offer is not None and not offer.is_known:
        raise NotKnownYet
    if date.is_over:
        raise errors.DateIsOver
    _check_seats(seats, child_seats)
    lift = Lift(date=date, place=place, seats=seats, child_seats=child_seats, user=user, offer=offer)
    db.session.add(lift)
    db.session.flush()
    if offer is not None:
        notices.tell_driver("driving", lift, by)
    return lift


def change(lift: Lift, seats: int, child_seats: int) -> None:
    """Other seats, not fewer than who rides. The lift must be locked. Raises LiftSeats, CarIsFull, ChildSeatsLacking."""
    _check_seats(seats, child_seats)
    _check_room(lift, seats, child_seats, people_in(lift), child_seats_in(lift))
    lift.seats, lift.child_seats = seats, child_seats
    db.session.flush()


def ride(lift: Lift, rsvp: Rsvp, child_seats: int | None = None) -> LiftRider:
    """A party rides along, whole; `child_seats` None: one for each child under twelve. The lift must be locked.

    Raises CarIsFull, ChildSeatsLacking, RidesAlready, NotOnThisDate.
    """
    if rsvp.date_id != lift.date_id or not rsvp.holds_seats:
        raise NotOnThisDate
    if db.session.get(LiftRider, rsvp.id) is not None:
        raise RidesAlready
    wanted = child_seats if child_seats is not None else _child_seats_for(rsvp)
    _check_room(lift, lift.seats, lift.child_seats, people_in(lift) + rsvp.people, child_seats_in(lift) + wanted)
    rider = LiftRider(rsvp_id=rsvp.id, child_seats=wanted)
    lift.riders.append(rider)
    db.session.flush()
    return rider


def leave(lift: Lift, rsvp: Rsvp) -> None:
    """They do not ride along in this car any more."""
    lift.riders = [rider for rider in lift.riders if rider.rsvp_id != rsvp.id]
    db.session.flush()


def take_away(lift: Lift, by: User | None = None) -> None:
    """We take the car off; who rode in it wants to come along again, and a driver from outside hears it."""
    notices.tell_driver("driving_off", lift, by)
    give_back(lift)


def give_back(lift: Lift) -> None:
    """The driver cannot after all: nobody needs to tell them anything more of this car."""
    notices.drop_subject("lift", lift.id)
    db.session.delete(lift)
    db.session.flush()


def follow(rsvp: Rsvp) -> None:
    """The party became another one: the child seats go along, and when they do not fit in their car
    any more they wait for another, for nobody rides in a car that is too full. Who stands in line again rides in none."""
    rider = db.session.get(LiftRider, rsvp.id)
    if rider is None:
        return
    if rsvp.is_waiting:
        leave(rider.lift, rsvp)
        return
    lift, rider.child_seats = rider.lift, _child_seats_for(rsvp)
    try:
        _check_room(lift, lift.seats, lift.child_seats, people_in(lift), child_seats_in(lift))
    except (CarIsFull, ChildSeatsLacking):
        leave(lift, rsvp)


def drive_no_more(user: User) -> None:
    """A volunteer leaves us: who was to ride along to a date to come waits for another car."""
    for lift in db.session.scalars(select(Lift).join(EventDate).where(Lift.user_id == user.id, EventDate.ends_at > clock.now())):
        give_back(lift)


def people_in(lift: Lift) -> int:
    """Who gave the seats back rides no more."""
    return sum(rider.rsvp.people for rider in lift.riders if rider.rsvp.holds_seats)


def child_seats_in(lift: Lift) -> int:
    return sum(rider.child_seats for rider in lift.riders if rider.rsvp.holds_seats)


def _child_seats_for(rsvp: Rsvp) -> int:
    return sum(getattr(rsvp, band) for band in NEEDS_CHILD_SEAT)


def _check_seats(seats: int, child_seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS or not 0 <= child_seats <= seats:
        raise LiftSeats(most=MOST_SEATS)


def _check_room(lift: Lift, seats: int, child_seats: int, people: int, children: int) -> None:
    if people > seats:
        raise CarIsFull(free=max(lift.seats - people_in(lift), 0))
    if children > child_seats:
        raise ChildSeatsLacking(there=child_seats)
