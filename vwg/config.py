"""What the machine gives: database, key, address, mail. What belongs to the group is a setting."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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
        port = environment.get("PORT", "8000")
        host = environment.get("HOST", "127.0.0.1")
        return cls(
            database_url=environment.get("VWG_DATABASE_URL") or f"sqlite:///{instance / 'vwg.db'}",
            secrets=_secrets(environment.get("VWG_SECRET_KEY", ""), instance),
            base_url=(environment.get("VWG_BASE_URL") or f"http://{_spoken(host)}:{port}").rstrip("/"),
            smtp_url=environment.get("VWG_SMTP_URL", ""),
            proxies=int(environment.get("VWG_PROXIES") or 0),
            instance=instance,
            demo=environment.get("VWG_DEMO") == "1" or not (environment.get("VWG_DATABASE_URL") or environment.get("VWG_BASE_URL")),
        )


def _spoken(host: str) -> str:
    """A host that listens everywhere cannot be visited by that name."""
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host


def _secrets(given: str, instance: Path) -> tuple[str, ...]:
    """The keys from the environment, else from a key file only its owner reads, made at first use."""
    if given:
        return tuple(key.strip() for key in given.split(",") if key.strip())
    path = instance / "secret.key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        # O_EXCL: two processes that start together must not end with two keys.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
    return tuple(path.read_text().split())
