"""What the machine gives: database, key, address, mail. What belongs to the group is a setting."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

ROOT = Path(__file__).resolve().parent.parent
SHORTEST_KEY = 16  # signs; who guesses the key opens every link


class Misconfigured(ValueError):
    """Something that the machine gives cannot be. Its text is for who starts the house: which it is, and what it should be."""


@dataclass(frozen=True)
class Config:
    """The environment, read once.

    `secret` holds the newest key first; older keys stay readable (comma separated in
    VWG_SECRET_KEY, one a line in the key file), so that links given out before a change still open.
    """

    database_url: str
    secrets: tuple[str, ...]
    base_url: str
    smtp_url: str
    proxies: int
    instance: Path
    demo: bool

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Config":
        instance = Path(environment.get("VWG_INSTANCE") or ROOT / "instance")
        port = environment.get("PORT") or "8000"
        host = environment.get("HOST") or "127.0.0.1"
        return cls(
            database_url=_database(environment.get("VWG_DATABASE_URL") or f"sqlite:///{instance / 'vwg.db'}"),
            secrets=_secrets(environment.get("VWG_SECRET_KEY", ""), instance),
            base_url=_address(environment.get("VWG_BASE_URL") or f"http://{_spoken(host)}:{port}"),
            smtp_url=_mail_server(environment.get("VWG_SMTP_URL", "")),
            proxies=_proxies(environment.get("VWG_PROXIES") or "0"),
            instance=instance,
            demo=environment.get("VWG_DEMO") == "1" or not (environment.get("VWG_DATABASE_URL") or environment.get("VWG_BASE_URL")),
        )


def _database(url: str) -> str:
    if not url.startswith(("postgresql://", "sqlite:///")):
        raise Misconfigured("VWG_DATABASE_URL is postgresql://name:password@host/database or sqlite:///file.")
    return url


def _address(url: str) -> str:
    parts = _parts(url)
    if parts is None or parts.scheme not in {"http", "https"} or parts.username or parts.query or parts.fragment:
        raise Misconfigured(f"VWG_BASE_URL is the address that people use, as https://agenda.example.org, not {url!r}.")
    return url.rstrip("/")


def _mail_server(url: str) -> str:
    parts = _parts(url)
    if url and (parts is None or parts.scheme not in {"smtp", "smtps"}):  # not repeated: it holds a password
        raise Misconfigured("VWG_SMTP_URL is smtp://name:password@host:port or smtps://name:password@host:port.")
    return url


def _parts(url: str) -> SplitResult | None:
    """None for what has no host, a port that is none, or a space."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 and not any(sign.isspace() for sign in url) else None
    except ValueError:
        return None


def _proxies(number: str) -> int:
    if not (number.isascii() and number.isdigit() and len(number) == 1):
        raise Misconfigured(f"VWG_PROXIES is how many proxies stand before the house, 0 to 9, not {number!r}.")
    return int(number)


def _spoken(host: str) -> str:
    """As it stands in an address: one that listens everywhere cannot be visited by that name, and IPv6 wears brackets."""
    return {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1", "::1": "localhost"}.get(host) or (f"[{host}]" if ":" in host else host)


def _secrets(given: str, instance: Path) -> tuple[str, ...]:
    """The keys from the environment, else from a key file only its owner reads, made at first use."""
    path = instance / "secret.key"
    keys = tuple(key.strip() for key in given.split(",") if key.strip()) if given else _kept(path)
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        where = "VWG_SECRET_KEY" if given else str(path)
        raise Misconfigured(f"{where} holds a key of fewer than {SHORTEST_KEY} signs, or none. A good one: openssl rand -hex 32")
    return keys


def _kept(path: Path) -> tuple[str, ...]:
    try:
        if not path.exists():
            _make_key(path)
        return tuple(path.read_text().split())
    except OSError as error:
        raise Misconfigured(f"{path} cannot be read or made: {error.strerror}. VWG_INSTANCE names another folder.") from error


def _make_key(path: Path) -> None:
    """Written beside and then named, whole: two processes that start together read the same key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody was first: theirs counts
    finally:
        os.unlink(draft)
