"""Links and codes are derived from ids by a key outside the database, never stored.

A stolen database opens no link; a slip can be printed again; revoking is a generation more.
The text of a link is `<id>.<mac>`: 130 bits of HMAC-SHA256 in base32 without letters that are
mistaken for one another, so that it can be read from paper.
"""

import hashlib
import hmac
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32, small letters
_ID_ALPHABET = "23456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 26

_keys: tuple[bytes, ...] = ()


def use(*given: str) -> None:
    """Set the keys of this process, the newest first; older ones still open their links."""
    global _keys
    _keys = tuple(hashlib.sha256(b"vwg links \0" + key.encode()).digest() for key in given)


def public_id(kind: str) -> str:
    """A letter for the kind and eight random signs (39 bits): an address, not a secret."""
    return kind + "".join(secrets.choice(_ID_ALPHABET) for _ in range(8))


def row_id() -> int:
    """A random id below 10^9, for rows that a link or cookie names: an erased row's id, which a
    counter would give out again (SQLite at once, both after a restore), never opens a later row."""
    return 1 + secrets.randbelow(10**9 - 1)


def token(purpose: str, identity: int | str, generation: int = 0) -> str:
    """The secret part of a link for one purpose, one row and one generation."""
    return f"{identity}.{_mac(_keys[0], purpose, identity, generation)}"


def identity_in(given: str) -> str:
    """The id that a token claims; whether the claim holds is for `opens` to say."""
    return given.partition(".")[0]


def opens(given: str, purpose: str, identity: int | str, generation: int = 0) -> bool:
    """Whether `given` was made for this purpose, row and generation by one of our keys."""
    return any(
        hmac.compare_digest(given.encode(), f"{identity}.{_mac(key, purpose, identity, generation)}".encode())
        for key in _keys
    )


def digits(purpose: str, identity: int | str, generation: int = 0, length: int = 8) -> str:
    """A number to read aloud, derived like a token, but by the oldest key: its seal is stored, so
    it must stay what it was when a newer key comes in front."""
    number = int.from_bytes(_digest(_keys[-1], purpose, identity, generation), "big")
    return str(number % 10**length).zfill(length)


def sealed(purpose: str, *parts: int | str) -> str:
    """What is stored to find something again by a secret that is not stored (64 hex signs). By the
    oldest key; when that one is dropped, what was sealed is found no more."""
    return _digest(_keys[-1], purpose, *parts).hex()


def _digest(key: bytes, *parts: int | str) -> bytes:
    message = "\0".join(str(part) for part in parts)
    return hmac.new(key, message.encode(), hashlib.sha256).digest()


def _mac(key: bytes, purpose: str, identity: int | str, generation: int) -> str:
    number = int.from_bytes(_digest(key, purpose, identity, generation), "big")
    return "".join(_ALPHABET[(number >> (5 * place)) & 31] for place in range(_LENGTH))
