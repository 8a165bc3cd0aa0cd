"""The same people twice on one list: by their coach and by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from vwg.domain import notices
from vwg.models import Rsvp
from vwg.phrases import folded


@dataclass(frozen=True)
class Pair:
    """Two sign-ups of one date that look like the same people, and why: `phone` or `name`."""

    first: Rsvp
    second: Rsvp
    why: str


def among(signed_up: Sequence[Rsvp]) -> list[Pair]:
    """Who seems to be on this list twice, by coach and by themselves: for the host, never refused.

    The same telephone; else the same name with the same number of people. A coach signs each of her
    households up once, so two households are never the same people.
    """
    here = sorted((rsvp for rsvp in signed_up if not rsvp.is_given_back), key=lambda rsvp: rsvp.id)
    found: dict[tuple[int, int], Pair] = {}
    for why, mark in (("phone", _phone), ("name", _named)):
        alike: dict[str, list[Rsvp]] = {}
        for rsvp in here:
            if sign := mark(rsvp):
                alike.setdefault(sign, []).append(rsvp)
        for first, second in chain.from_iterable(combinations(group, 2) for group in alike.values()):
            if first.household_id is None or second.household_id is None:
                found.setdefault((first.id, second.id), Pair(first, second, why))
    return [found[pair] for pair in sorted(found)]


# ---- inside


def _phone(rsvp: Rsvp) -> str:
    return rsvp.household.phone if rsvp.household else rsvp.contact.phone if rsvp.contact else ""


def _named(rsvp: Rsvp) -> str:
    """Name and number of people; nothing for a guest without a name."""
    name = folded(notices.called(rsvp)).strip()
    return f"{name} {rsvp.people}" if name else ""
