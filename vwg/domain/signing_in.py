"""Signing in without passwords: a mail with a link and six digits."""

from datetime import timedelta

from vwg import addresses, clock, keys
from vwg.db import db
from vwg.models import SignIn, User

LINK_LASTS = timedelta(hours=1)


def link_for(user: User, made_by: User | None = None) -> str:
    """A whole address that signs this person in once, within the hour."""
    row = SignIn(user=user, expires_at=clock.now() + LINK_LASTS, made_by_id=made_by.id if made_by else None)
    db.session.add(row)
    db.session.flush()
    return addresses.full(f"/{user.language}/account/link/{keys.token('sign-in', row.id)}")
