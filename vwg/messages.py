"""The words of a notice, made when it is mailed or shown, in any language."""

from dataclasses import dataclass

from vwg.models import Notice


@dataclass(frozen=True)
class Words:
    """`subject` one line, `text` plain, `html` the same for mail programs."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True)
class Addressee:
    """Who it goes to; `email` and `phone` may be empty."""

    name: str
    email: str
    phone: str
    language: str


def words(notice: Notice, language: str | None = None) -> Words:
    """The notice in `language`, else in its recipient's."""
    raise NotImplementedError


def addressee(notice: Notice) -> Addressee | None:
    """Who hears it; None when that person was erased in the meantime."""
    raise NotImplementedError
