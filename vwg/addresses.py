"""The house's own address, for what is made outside a request: feeds, mails, posters."""

import re
import unicodedata

_base = "http://127.0.0.1:8000"


def use(base_url: str) -> None:
    """Set this process's address, without a slash at its end."""
    global _base
    _base = base_url.rstrip("/")


def full(path: str) -> str:
    """The whole address of a path of ours."""
    return _base + path


def with_tail(public_id: str, title: str) -> str:
    """`e7f3k2m9q-wereldkeuken`: the tail is for people and may change; only the id is read."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    tail = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    return f"{public_id}-{tail}" if tail else public_id


def event_page(language: str, public_id: str, title: str) -> str:
    return full(f"/{language}/agenda/{with_tail(public_id, title)}")
