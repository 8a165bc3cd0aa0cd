"""What the group decided about itself: typed, with defaults, one reading per request."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import select

from vwg.db import db
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
    keep_contact_days: int = 2
    keep_name_days: int = 7
    keep_notice_days: int = 7
    keep_household_months: int = 12
    keep_look_days: int = 365
    asylum_sentence_true: bool = False
    is_demo: bool = False


MOST = {"keep_contact_days": 14, "keep_name_days": 30, "keep_notice_days": 30, "keep_household_months": 24}

_CACHE = "group settings"


def group() -> Group:
    """The settings, read once per session of the database."""
    session = db.session()
    known: Group | None = session.info.get(_CACHE)
    if known is None:
        names = {each.name for each in fields(Group)}
        rows: dict[str, Any] = {row.key: row.value for row in session.scalars(select(Setting)) if row.key in names}
        values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in rows.items()}
        known = Group(**values)
        session.info[_CACHE] = known
    return known


def change(**values: Any) -> Group:
    """Set some of them; numbers are held to their maximum. Raises TypeError for an unknown name."""
    Group(**values)
    for key, value in values.items():
        if key in MOST:
            value = min(max(int(value), 0), MOST[key])
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
