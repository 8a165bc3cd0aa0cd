"""Signing in without passwords: a mail with a link and six digits, or a link handed over once.

The digits are six, so guessing is held by rows that every web server sees: five tries a request,
twenty a day for one person, sixty a minute for the whole house (`attempts`). Past that the link in the mail
still opens, so nobody can be shut out by somebody else's guesses.
"""

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import func, select, update

from vwg import addresses, clock, keys
from vwg.db import db, locked
from vwg.domain import attempts, errors, notices
from vwg.domain.notices import Way
from vwg.models import NoticeChannel, SignIn, User, UserSession

LINK_LASTS = timedelta(minutes=15)  # the one in a mail, and its digits
HANDED_LINK_LASTS = timedelta(hours=1)  # one that an administrator shows
DEVICE_LASTS = timedelta(days=90)

MOST_TRIES = 5  # of one request
MOST_TRIES_A_DAY = 20  # for one person
MOST_MAILS = 3  # to one person while a link lasts: nobody's mailbox is filled by a stranger


# ---- asking


def new_window() -> str:
    """The random mark of the window that asks; it stands in that window's cookie."""
    return secrets.token_urlsafe(16)


def ask(email: str, window: str, language: str) -> SignIn:
    """Somebody with this address wants in. Known or not, all looks the same from outside: a row is
    written, and only for a known one a mail is owed."""
    user = User.by_email(email)
    if user is not None and _asked_lately(user) >= MOST_MAILS:
        user = None
    row = SignIn(user=user, asked_by=_seal(window), expires_at=clock.now() + LINK_LASTS)
    db.session.add(row)
    db.session.flush()
    if user is not None:
        notices.owe("sign_in", "sign_in", row.id, 0, "user", user.id, language, Way(NoticeChannel.MAIL))
    return row


def link_for(user: User, made_by: User | None = None) -> str:
    """A whole address that signs this person in once, within the hour: for a house without mail."""
    row = SignIn(user=user, expires_at=clock.now() + HANDED_LINK_LASTS, made_by_id=made_by.id if made_by else None)
    db.session.add(row)
    db.session.flush()
    return link(row, user.language)


def link(row: SignIn, language: str = "nl") -> str:
    """The whole address that stands in the mail."""
    return addresses.full(f"/{language}/account/link/{keys.token('sign-in', row.id)}")


def digits(row: SignIn) -> str:
    """The six digits that stand in the mail, `048291`."""
    return keys.digits("sign-in digits", row.id, length=6)


# ---- coming in


def by_digits(window: str, given: str) -> User | None:
    """Who these six digits let in through the window that asked; None when they are wrong.

    The caller commits either way: a wrong try is counted. Raises DigitsAreOld, TooManyTries.
    """
    if attempts.too_many("digits"):
        raise errors.TooManyTries
    asked = _open_rows(window)
    if not asked:
        raise errors.DigitsAreOld
    rows = [row for row in asked if row.attempts < MOST_TRIES]
    if not rows:
        raise errors.TooManyTries
    right = None
    for row in rows:
        same = hmac.compare_digest(digits(row).encode(), given.encode())
        if same and row.user is not None and row.user.ended_at is None and _tried_today(row.user) < MOST_TRIES_A_DAY:
            right = row
    if right is not None:
        right.used_at = clock.now()
        return right.user
    for row in rows:
        row.attempts += 1
    attempts.count("digits")
    return None


def is_open(row: SignIn) -> bool:
    """Whether its link still lets somebody in."""
    return row.used_at is None and row.expires_at > clock.now() and row.user is not None and row.user.ended_at is None


def by_link(row: SignIn) -> User:
    """Whom this link lets in, once. The row must be locked. Raises SignInIsOld."""
    if not is_open(row) or row.user is None:
        raise errors.SignInIsOld
    row.used_at = clock.now()
    return row.user


# ---- devices


def remember(user: User, device: str, made_by_id: int | None = None, is_sure: bool = False) -> UserSession:
    """This device is signed in for 90 days. `device` is what the list calls it; `is_sure`: it showed
    a passkey, or was signed in already and does so once more."""
    now = clock.now()
    row = UserSession(user=user, device=device, made_by_id=made_by_id, ends_at=now + DEVICE_LASTS, sure_at=now if is_sure else None)
    db.session.add(row)
    db.session.flush()
    return row


def devices_of(user: User) -> Sequence[UserSession]:
    """Where this person is signed in, the newest first."""
    now = clock.now()
    return db.session.scalars(
        select(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None), UserSession.ends_at > now)
        .order_by(UserSession.created_at.desc(), UserSession.id)
    ).all()


def sign_out(device: UserSession) -> None:
    """Its cookie opens nothing any more, wherever it was copied to."""
    if device.ended_at is None:
        device.ended_at = clock.now()


def sign_out_everywhere(user: User) -> None:
    """All devices, and all links that were not used yet."""
    open_ones = update(UserSession).where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
    db.session.execute(open_ones.values(ended_at=clock.now()))
    forget_links(user)


def forget_links(user: User) -> None:
    """What was mailed or shown to this person and not used yet opens nothing."""
    unused = update(SignIn).where(SignIn.user_id == user.id, SignIn.used_at.is_(None))
    db.session.execute(unused.values(expires_at=clock.now()))


# ---- counting


def _seal(window: str) -> str:
    return keys.sealed("window", window)


def _open_rows(window: str) -> list[SignIn]:
    """What this window asked, each locked, so that tries at the same moment are all counted."""
    ids = db.session.scalars(
        select(SignIn.id)
        .where(SignIn.asked_by == _seal(window), SignIn.used_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.id)
    ).all()
    rows = [locked(SignIn, identity) for identity in ids]
    return [row for row in rows if row.used_at is None]


def _asked_lately(user: User) -> int:
    asked = select(func.count()).where(SignIn.user_id == user.id, SignIn.asked_by != "", SignIn.expires_at > clock.now())
    return int(db.session.scalar(asked) or 0)


def _tried_today(user: User) -> int:
    """Wrong tries at this person's digits; rows are kept a day for this."""
    tried = select(func.sum(SignIn.attempts)).where(SignIn.user_id == user.id, SignIn.created_at > clock.now() - timedelta(days=1))
    return int(db.session.scalar(tried) or 0)
