"""*Wij kennen deze persoon*: two different volunteers say so before somebody from outside gets a
name, a pick-up point or a child. Trust comes from them, never from a form."""

from vwg.db import db
from vwg.domain import lifts
from vwg.models import Offer, User, Vouch, VouchedFor


def vouch(person: VouchedFor, by: User) -> None:
    """Counts once for each volunteer. The person's row must be locked."""
    if not person.is_known_to(by):
        person.vouches.append(Vouch(user=by))
        db.session.flush()


def unvouch(person: VouchedFor, by: User) -> None:
    """A volunteer takes it back; who is not known any more drives nobody, and hears so."""
    person.vouches = [each for each in person.vouches if each.user_id != by.id]
    db.session.flush()
    if isinstance(person, Offer) and not person.is_known:
        for lift in lifts.of(person):
            lifts.take_away(lift)
