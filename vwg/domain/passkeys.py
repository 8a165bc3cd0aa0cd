"""Passkeys: a device shows who holds it, by finger, face or its own code (W3C Web Authentication).

They are tied to the house's configured address: the browser gives an answer to no other one. What a
browser answers is read and verified by the `webauthn` library.
"""

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, func, select
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from vwg import addresses, clock, keys
from vwg.db import db
from vwg.domain import errors
from vwg.domain.settings import group
from vwg.models import Passkey, PasskeyQuestion, User

LASTS = timedelta(minutes=5)  # of a question
MOST = 10  # of one person
LONGEST_NAME = 60


class House(NamedTuple):
    """What a passkey is tied to: `vwg.example.org` and `https://vwg.example.org`."""

    name: str
    origin: str


def house() -> House | None:
    """By the configured address; None where browsers know no passkeys: without a name, or over plain HTTP.

    On the maker's own machine the name is `localhost`, which browsers trust without HTTPS
    (Web Authentication, section 5.1.3: an address in numbers is no domain).
    """
    address = urlsplit(addresses.full(""))
    name, port = address.hostname or "", f":{address.port}" if address.port else ""
    if name in {"localhost", "127.0.0.1", "::1"}:
        return House("localhost", f"{address.scheme}://localhost{port}")
    if address.scheme != "https" or _is_number(name):
        return None
    return House(name, f"https://{name}{port}")


def _is_number(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def of(user: User) -> Sequence[Passkey]:
    """The oldest first."""
    return db.session.scalars(select(Passkey).where(Passkey.user_id == user.id).order_by(Passkey.created_at, Passkey.id)).all()


def has_one(user: User) -> bool:
    return db.session.scalar(select(Passkey.id).where(Passkey.user_id == user.id).limit(1)) is not None


# ---- a new one


def ask_for_new(user: User, window: str) -> str:
    """What the browser needs to make a passkey, as JSON. Raises NoPasskeysHere, TooManyPasskeys."""
    here = house()
    if here is None:
        raise errors.NoPasskeysHere
    known = of(user)
    if len(known) >= MOST:
        raise errors.TooManyPasskeys
    options = webauthn.generate_registration_options(
        rp_id=here.name, rp_name=group().name, user_name=user.name or group().name,
        user_id=bytes.fromhex(keys.sealed("passkey user", user.id)),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[_named(passkey) for passkey in known],
    )  # fmt: skip
    _note(options.challenge, window, user)
    return webauthn.options_to_json(options)


def keep(user: User, window: str, answer: str, name: str) -> Passkey | None:
    """The passkey that the browser made; None when its answer does not hold.

    The caller commits either way: a question is answered once. Raises NoPasskeysHere, TooManyPasskeys.
    """
    here, challenge = house(), _taken(window, user)
    if here is None:
        raise errors.NoPasskeysHere
    if challenge is None:
        return None
    try:
        made = webauthn.verify_registration_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=here.name, expected_origin=here.origin, require_user_verification=True
        )
    except Exception:  # a stranger's bytes break in many places of the library: each of them is a no
        return None
    credential = bytes_to_base64url(made.credential_id)
    if db.session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
        return None
    if int(db.session.scalar(select(func.count()).where(Passkey.user_id == user.id)) or 0) >= MOST:
        raise errors.TooManyPasskeys
    passkey = Passkey(
        user=user, credential=credential, public_key=made.credential_public_key, sign_count=made.sign_count,
        name=_short(name), used_at=clock.now(),
    )  # fmt: skip
    db.session.add(passkey)
    db.session.flush()
    return passkey


# ---- showing one


def ask(window: str, user: User | None = None) -> str:
    """What the browser needs to show a passkey: one of this person, or whichever it has for us. Raises NoPasskeysHere."""
    here = house()
    if here is None:
        raise errors.NoPasskeysHere
    options = webauthn.generate_authentication_options(
        rp_id=here.name, user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=[_named(passkey) for passkey in of(user)] if user else [],
    )  # fmt: skip
    _note(options.challenge, window)
    return webauthn.options_to_json(options)


def shown(window: str, answer: str) -> User | None:
    """Who holds the device that answers; None when its answer does not hold.

    The caller commits either way: a question is answered once, and the counter of a passkey that was
    copied falls behind (Web Authentication, section 6.1.1).
    """
    here, challenge = house(), _taken(window)
    if here is None or challenge is None:
        return None
    passkey = _by_answer(answer)
    if passkey is None or passkey.user.ended_at is not None:
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer, expected_challenge=challenge, expected_rp_id=here.name, expected_origin=here.origin,
            credential_public_key=passkey.public_key, credential_current_sign_count=passkey.sign_count, require_user_verification=True,
        )  # fmt: skip
    except Exception:  # as above
        return None
    passkey.sign_count, passkey.used_at = verified.new_sign_count, clock.now()
    db.session.flush()
    return passkey.user


# ---- keeping them in order


def rename(passkey: Passkey, name: str) -> None:
    passkey.name = _short(name)


def forget(passkey: Passkey) -> None:
    """It opens nothing any more; the device may go on showing it until somebody deletes it there."""
    db.session.delete(passkey)
    db.session.flush()


def forget_all(user: User) -> None:
    """Lost with the telephone, or somebody who left."""
    db.session.execute(delete(Passkey).where(Passkey.user_id == user.id))


# ---- inside


def _named(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(passkey.credential))


def _short(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _note(challenge: bytes, window: str, user: User | None = None) -> None:
    """A window has one question; what is past its time goes at the same moment, so that strangers fill no table."""
    seal = keys.sealed("window", window)
    db.session.execute(delete(PasskeyQuestion).where((PasskeyQuestion.asked_by == seal) | (PasskeyQuestion.expires_at < clock.now())))
    db.session.add(PasskeyQuestion(challenge=challenge, asked_by=seal, user_id=user.id if user else None, expires_at=clock.now() + LASTS))
    db.session.flush()


def _taken(window: str, user: User | None = None) -> bytes | None:
    """The challenge of this window, which goes by being taken: of two answers at once the second finds none."""
    mine = select(PasskeyQuestion).where(PasskeyQuestion.asked_by == keys.sealed("window", window), PasskeyQuestion.expires_at > clock.now())
    asked = db.session.scalars(mine.with_for_update()).first()
    if asked is None:
        return None
    db.session.delete(asked)
    db.session.flush()
    return asked.challenge if asked.user_id == (user.id if user else None) else None


def _by_answer(answer: str) -> Passkey | None:
    try:
        credential = bytes_to_base64url(parse_authentication_credential_json(answer).raw_id)
    except Exception:  # as above
        return None
    return db.session.scalars(select(Passkey).where(Passkey.credential == credential).with_for_update(of=Passkey)).first()
