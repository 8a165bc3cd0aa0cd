"""Pictures of the house: the group's logo."""

from vwg.db import db
from vwg.domain import errors, settings
from vwg.formats import picture as formats_picture
from vwg.models import Picture, PictureBlob

MOST_BYTES = 8 * 1024 * 1024  # of a file that somebody sends in


def add(data: bytes, alt: str = "") -> Picture:
    """Keep a picture in all its sizes. Raises PictureTooLarge, NotAPicture."""
    if len(data) > MOST_BYTES:
        raise errors.PictureTooLarge
    try:
        sizes = formats_picture.as_webp(data)
    except formats_picture.TooManyPoints as error:
        raise errors.PictureTooLarge from error
    except formats_picture.NotAPicture as error:
        raise errors.NotAPicture from error
    picture = Picture(alt=alt)
    picture.blobs = [PictureBlob(size=size, content=encoded) for size, encoded in sizes.items()]
    db.session.add(picture)
    db.session.flush()
    return picture


def set_logo(data: bytes) -> Picture:
    """Instead of the one that stood there, which goes. Raises PictureTooLarge, NotAPicture."""
    new = add(data)
    _forget(settings.group().logo)
    settings.change(logo=new.public_id)
    return new


def logo(size: str = "mark") -> bytes:
    """WebP; empty where the group has none."""
    chosen = settings.group().logo
    return (db.session.scalars(PictureBlob.shown(chosen, size)).first() or b"") if chosen else b""


def remove_logo() -> None:
    """The house's own mark stands there again."""
    _forget(settings.group().logo)
    settings.change(logo="")


def _forget(public_id: str) -> None:
    old = db.session.scalars(Picture.with_id(public_id)).first()
    if old is not None:
        db.session.delete(old)
