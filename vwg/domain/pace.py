"""A script that takes seats by the dozen is slowed down. People never notice.

Never by address: sixty people of one centre share one, and all get in. A form carries a mark
(its form key): which chain of forms it belongs to, when it was shown, and the proof that we made
it. A chain is the forms that came out of one another, "these people too".
"""

import secrets
from datetime import timedelta

from sqlalchemy import Integer, bindparam, func, select

from vwg import clock, keys
from vwg.db import db
from vwg.domain import attempts, errors
from vwg.models import EventDate, Rsvp

QUICKEST = timedelta(seconds=3)  # nobody reads, chooses a number and presses in less
MOST_SEATS = 30  # of one date from one chain of forms
WINDOW = timedelta(minutes=10)
LINE_LASTS = timedelta(days=1)  # so long the host sees that somebody tried

_SEATS_OF_CHAIN = select(func.sum(Rsvp.adults + Rsvp.band_0_2 + Rsvp.band_3_5 + Rsvp.band_6_11 + Rsvp.band_12_17)).where(
    Rsvp.date_id == bindparam("date"),
    Rsvp.created_at > bindparam("since"),
    func.substr(Rsvp.form_key, 1, bindparam("length", type_=Integer)) == bindparam("beginning"),
)


def new_key(after: str | None = None) -> str:
    """The mark of a form that is shown now: `chain-random-moment-proof`. `after`: the mark of the
    form that this one comes out of."""
    chain = _chain(after) or secrets.token_hex(4)
    body = f"{chain}-{secrets.token_hex(8)}-{int(clock.now().timestamp() * 1000):x}"
    return f"{body}-{_proof(body)}"


def check(rsvp: Rsvp) -> None:
    """After seats were taken by a form for the first time, and before they are kept.

    Raises TooQuick, TooManySeats.
    """
    shown = _moment(rsvp.form_key)
    if shown is None or clock.now().timestamp() - shown < QUICKEST.total_seconds():
        raise errors.TooQuick
    if _seats_of_chain(rsvp.date_id, _chain(rsvp.form_key)) > MOST_SEATS:
        raise errors.TooManySeats(most=MOST_SEATS)


def check_key(form_key: str | None) -> None:
    """The same for a form that takes no seats. Raises TooQuick, also for a mark that we did not make."""
    shown = _moment(form_key)
    if shown is None or clock.now().timestamp() - shown < QUICKEST.total_seconds():
        raise errors.TooQuick


def is_ours(form_key: str | None) -> bool:
    """Whether we made this mark."""
    return _moment(form_key) is not None


def asked_before(form_key: str) -> bool:
    """Whether the question "these people too?" was put to this form already; from now on it was.

    A person answers it: only a script sends the old form again, and again.
    """
    kind = f"again:{keys.sealed('again', form_key)[:16]}"
    before = attempts.number(kind, WINDOW) > 0
    attempts.count(kind)
    return before


def note(date: EventDate) -> None:
    """Somebody went at the pace of a script: the host sees a line. Says nothing of whom."""
    attempts.count(_line(date))


def noted(dates: list[EventDate]) -> dict[int, int]:
    """How often in the last day, by date id: for the hosts."""
    kinds = {_line(date): date.id for date in dates}
    return {kinds[kind]: number for kind, number in attempts.numbers(list(kinds), LINE_LASTS).items()}


def _line(date: EventDate) -> str:
    return f"pace:{date.id}"


def _seats_of_chain(date_id: int, chain: str) -> int:
    beginning = f"{chain}-"
    asked = {"date": date_id, "since": clock.now() - WINDOW, "beginning": beginning, "length": len(beginning)}
    return int(db.session.scalar(_SEATS_OF_CHAIN, asked) or 0)


def _chain(form_key: str | None) -> str:
    """Empty for a mark that we did not make."""
    return form_key.partition("-")[0] if form_key and _moment(form_key) is not None else ""


def _moment(form_key: str | None) -> float | None:
    """When the form was shown, in seconds; None for a mark that we did not make."""
    body, _, proof = (form_key or "").rpartition("-")
    if not body.isascii() or not secrets.compare_digest(proof.encode(), _proof(body).encode()):
        return None
    return int(body.rpartition("-")[2], 16) / 1000


def _proof(body: str) -> str:
    return keys.sealed("form key", body)[:16]
