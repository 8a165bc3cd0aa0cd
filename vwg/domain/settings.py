"""What the group decided about itself: typed, with defaults, one reading per request."""

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from vwg.db import db
from vwg.domain import errors
from vwg.formats.theme import contrast
from vwg.models import Setting


@dataclass(frozen=True)
class Group:
    """Rows of `setting`, as one object. Days of keeping have a maximum (`MOST`)."""

    name: str = "Samen in Laarne & Kalken"
    organisation: str = "Vluchtelingenwerkgroep Laarne–Kalken"
    municipality: str = "Laarne"
    postcodes: tuple[str, ...] = ("9270",)
    mailbox: str = ""  # the group's own, read by people: Reply-To of every mail
    phone: str = ""
    responsible: str = ""  # who answers for people's data; without it strangers cannot sign up
    languages: tuple[str, ...] = ("nl", "en", "ar")
    green: str = ""  # the group's own main colour, #rrggbb; empty is the house's
    accent: str = ""  # its second one, likewise
    logo: str = ""  # the public id of a picture; empty is the house's own mark
    keep_contact_days: int = 2
    keep_name_days: int = 7
    keep_notice_days: int = 7
    keep_household_months: int = 12
    keep_look_days: int = 365
    asylum_sentence_true: bool = False
    phrases_read: int = 0  # how often speakers signed something off: each process reads again then
    is_demo: bool = False


MOST = {"keep_contact_days": 14, "keep_name_days": 30, "keep_notice_days": 30, "keep_household_months": 24, "keep_look_days": 365}
LEAST = {"keep_household_months": 1, "keep_look_days": 30}  # the others may be 0: gone in the first night after

ENOUGH_CONTRAST = 4.5  # to 1, of words on their ground (WCAG 2.2, 1.4.3)

_CACHE = "group settings"
_NAMES = frozenset(each.name for each in fields(Group))
_ROWS = select(Setting.key, Setting.value)  # built once: every page asks it


def group() -> Group:
    """The settings, read once per session of the database."""
    session = db.session()
    known: Group | None = session.info.get(_CACHE)
    if known is None:
        rows: dict[str, Any] = {key: value for key, value in session.execute(_ROWS) if key in _NAMES}
        values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in rows.items()}
        known = Group(**values)
        session.info[_CACHE] = known
    return known


def change(**values: Any) -> Group:
    """Set some of them; numbers are held to their maximum. Raises ColourTooLight, NoLanguage;
    TypeError for an unknown name."""
    Group(**values)
    if values.get("green") and contrast(values["green"], "#ffffff") < ENOUGH_CONTRAST:
        raise errors.ColourTooLight
    if "languages" in values and not values["languages"]:
        raise errors.NoLanguage
    for key, value in values.items():
        if key in MOST:
            value = min(max(int(value), LEAST.get(key, 0)), MOST[key])
        stored = list(value) if isinstance(value, tuple) else value
        db.session.merge(Setting(key=key, value=stored))
    db.session.flush()
    forget()
    return group()


def forget() -> None:
    """Read again at the next asking (a new request does so by itself)."""
    db.session().info.pop(_CACHE, None)


def as_dict() -> dict[str, Any]:
    return asdict(group())


def version() -> str:
    """A mark of how they all stand: two administrators must not undo one another unseen."""
    text = json.dumps(as_dict(), sort_keys=True, default=list)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
