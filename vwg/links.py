"""Secret links: made from a row, opened back into it; one purpose each, revoked by a generation."""

from typing import Any

from flask import abort, url_for
from sqlalchemy import select

from vwg import addresses, keys
from vwg.db import db
from vwg.models import Contact, FeedKey, Helper, Invitation, Need, Offer, Partner, Proposal, Rsvp, SignIn, Translator, User

_NOUNS: dict[str, tuple[type[Any], str]] = {
    "reply": (Invitation, "id"),
    "mine": (Rsvp, "public_id"),
    "own": (Partner, "public_id"),
    "proposal": (Proposal, "id"),
    "never-mail": (Contact, "id"),
    "monday-mail": (User, "id"),
    "feed": (FeedKey, "id"),
    "sign-in": (SignIn, "id"),
    "translate": (Translator, "id"),
    "help": (Need, "id"),
    "helping": (Helper, "public_id"),
    "driving": (Offer, "public_id"),
}

_PAGES = {
    "reply": "partners.reply", "mine": "signup.mine", "own": "partners.own", "proposal": "partners.proposal", "never-mail": "partners.never_mail", "monday-mail": "planning.monday_mail",
    "sign-in": "accounts.by_link", "translate": "translating.by_link", "help": "help.take", "helping": "help.mine", "driving": "help.driving",
}  # fmt: skip


def token(purpose: str, row: Any) -> str:
    """`42.8f3k…`: which row, and the proof that we made it for this purpose."""
    return keys.token(purpose, getattr(row, _NOUNS[purpose][1]), getattr(row, "generation", 0))


def opened(purpose: str, given: str) -> Any:
    """The row that this token was made for; 404 for every other text, at the same cost."""
    noun, column = _NOUNS[purpose]
    identity = keys.identity_in(given)
    likely = identity.isascii() and (identity.isdigit() if column == "id" else identity.isalnum()) and len(identity) < 10
    wanted = (int(identity) if likely else 0) if column == "id" else (identity if likely else "")
    row = db.session.scalars(select(noun).where(getattr(noun, column) == wanted)).first()
    generation = getattr(row, "generation", 0) if row is not None else 0
    if not keys.opens(given, purpose, identity, generation) or row is None:
        abort(404)
    return row


def to(purpose: str, row: Any, language: str) -> str:
    """The page's path."""
    return url_for(_PAGES[purpose], token=token(purpose, row), lang=language)


def outside(path: str) -> str:
    """The whole address, as a mail or a slip of paper needs it."""
    return addresses.full(path)
