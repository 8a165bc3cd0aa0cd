"""*Rijdt* and *wil mee*: two short lists for a date; a car is never over-full."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from vwg.db import db
from vwg.domain import errors
from vwg.models import EventDate, Lift, LiftRider, Offer, Place, Rsvp, RsvpSupport, User
from vwg.phrases import N_

MOST_SEATS = 8  # besides the driver: a driving licence B
NEEDS_CHILD_SEAT = ("band_0_2", "band_3_5", "band_6_11")  # under 1.35 m a child seat is the law (KB 1/12/1975, art. 35)


class NotKnownYet(errors.RuleBroken):
    sentence = N_("Two volunteers must know this person first.")
    field = "driver"


class LiftSeats(errors.RuleBroken):
    sentence = N_("Give from 1 to %(most)s seats, and not more child seats than that.")
    field = "seats"


class CarIsFull(errors.RuleBroken):
    sentence = N_("They do not fit: this car has %(free)s seats left.")
    field = "rsvp"


class ChildSeatsLacking(errors.RuleBroken):
    sentence = N_("This car has only %(there)s child seats.")
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
        .order_by(Lift.id)
        .options(
            selectinload(Lift.riders).joinedload(LiftRider.rsvp).joinedload(Rsvp.household),
            joinedload(Lift.user).lazyload(User.roles), joinedload(Lift.offer),
        )
    ).all()  # fmt: skip
    riding = {rider.rsvp_id for lift in lifts for rider in lift.riders}
    wanting = db.session.scalars(
        select(Rsvp)
        .where(Rsvp.date_id == date.id, Rsvp.id.in_(select(RsvpSupport.rsvp_id).where(RsvpSupport.kind == "lift")))
        .order_by(Rsvp.id)
        .options(joinedload(Rsvp.household))
    ).all()
    return Board(lifts, [rsvp for rsvp in wanting if rsvp.id not in riding and rsvp.holds_seats])


def drive(date: EventDate, place: Place, seats: int, child_seats: int, *, user: User | None = None, offer: Offer | None = None) -> Lift:
    """A car from a place of our list. A driver from outside must be known by two volunteers.

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
    wanted = child_seats if child_seats is not None else sum(getattr(rsvp, band) for band in NEEDS_CHILD_SEAT)
    _check_room(lift, lift.seats, lift.child_seats, people_in(lift) + rsvp.people, child_seats_in(lift) + wanted)
    rider = LiftRider(rsvp_id=rsvp.id, child_seats=wanted)
    lift.riders.append(rider)
    db.session.flush()
    return rider


def leave(lift: Lift, rsvp: Rsvp) -> None:
    """They do not ride along in this car any more."""
    lift.riders = [rider for rider in lift.riders if rider.rsvp_id != rsvp.id]
    db.session.flush()


def take_away(lift: Lift) -> None:
    """The car does not go; who rode in it wants to come along again."""
    db.session.delete(lift)
    db.session.flush()


def people_in(lift: Lift) -> int:
    """Who gave the seats back rides no more."""
    return sum(rider.rsvp.people for rider in lift.riders if rider.rsvp.holds_seats)


def child_seats_in(lift: Lift) -> int:
    return sum(rider.child_seats for rider in lift.riders if rider.rsvp.holds_seats)


def _check_seats(seats: int, child_seats: int) -> None:
    if not 1 <= seats <= MOST_SEATS or not 0 <= child_seats <= seats:
        raise LiftSeats(most=MOST_SEATS)


def _check_room(lift: Lift, seats: int, child_seats: int, people: int, children: int) -> None:
    if people > seats:
        raise CarIsFull(free=max(lift.seats - people_in(lift), 0))
    if children > child_seats:
        raise ChildSeatsLacking(there=child_seats)
