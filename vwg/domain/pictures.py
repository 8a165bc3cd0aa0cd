"""Pictures of the house: the group's logo, one of each activity, some of each partner."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import select

from vwg.db import db
from vwg.domain import errors, settings
from vwg.formats import picture as formats_picture
from vwg.models import Event, Partner, Picture, PictureBlob

PHOTO_SIZES = {size: formats_picture.SIZES[size] for size in ("mark", "phone", "wide")}  # two sizes, and a stamp for lists
MOST_BYTES = 8 * 1024 * 1024  # of a file that somebody sends in
MOST_PHOTOS = 6  # of one partner


@dataclass(frozen=True)
class About:
    """What is told of a photo: words for who does not see it, who made it, two permissions, its middle (1 to 9)."""

    alt: str
    credit: str = ""
    consent_taken: bool = False
    consent_published: bool = False
    focus: int = 5


def encoded(data: bytes, sizes: Mapping[str, int] = formats_picture.SIZES) -> dict[str, bytes]:
    """The picture in these sizes: slow, so before anything is locked. Raises PictureTooLarge, NotAPicture."""
    if len(data) > MOST_BYTES:
        raise errors.PictureTooLarge
    try:
        return formats_picture.as_webp(data, sizes)
    except formats_picture.TooManyPoints as error:
        raise errors.PictureTooLarge from error
    except formats_picture.NotAPicture as error:
        raise errors.NotAPicture from error


def check(about: About) -> None:
    """Raises PictureWithoutWords, PictureWithoutConsent."""
    if not about.alt.strip():
        raise errors.PictureWithoutWords
    if not (about.consent_taken and about.consent_published):
        raise errors.PictureWithoutConsent


def set_of_event(event: Event, about: About, sizes: Mapping[str, bytes] | None) -> None:
    """A new picture, or with `sizes` None other words about the one that is there.
    Raises PictureWithoutWords, PictureWithoutConsent, NotAPicture when there is none."""
    check(about)
    if sizes is None and event.picture is None:
        raise errors.NotAPicture
    if sizes is not None:
        old, event.picture = event.picture, _made(sizes)
        db.session.flush()
        _forget_unused(old)
    assert event.picture is not None
    _describe(event.picture, about)
    db.session.flush()


def remove_of_event(event: Event) -> None:
    """No picture any more; its bytes go too."""
    old, event.picture = event.picture, None
    db.session.flush()
    _forget_unused(old)


def add_to_partner(partner: Partner, about: About, sizes: Mapping[str, bytes] | None) -> Picture:
    """One photo more. The partner must be locked. Raises PictureWithoutWords, PictureWithoutConsent, NotAPicture, TooManyPhotos."""
    check(about)
    if sizes is None:
        raise errors.NotAPicture
    if len(partner.photos) >= MOST_PHOTOS:
        raise errors.TooManyPhotos(number=MOST_PHOTOS)
    picture = _made(sizes)
    _describe(picture, about)
    partner.photos.append(picture)
    db.session.flush()
    return picture


def take_from_partner(partner: Partner, public_id: str) -> None:
    """Gone, with its bytes; taken away twice is once."""
    for photo in [each for each in partner.photos if each.public_id == public_id]:
        partner.photos.remove(photo)
        db.session.flush()
        db.session.delete(photo)
    db.session.flush()


def of_partner(partner: Partner, public_id: str, size: str, everybody: bool) -> bytes:
    """One of its photos; `everybody`: only with both permissions. Else nothing."""
    theirs = any(each.public_id == public_id and (each.may_be_seen or not everybody) for each in partner.photos)
    return (db.session.scalars(PictureBlob.shown(public_id, size)).first() or b"") if theirs else b""


def shown(public_id: str, size: str) -> bytes:
    """What strangers may see: the logo, and a picture of a public activity with both permissions; else nothing."""
    if public_id == settings.group().logo:
        return logo(size)
    seen = Event.public().whereclause
    assert seen is not None
    allowed = select(Event.picture_id).where(seen, Event.picture_id.is_not(None))
    wanted = PictureBlob.shown(public_id, size).where(Picture.id.in_(allowed), Picture.consent_taken, Picture.consent_published)
    return db.session.scalars(wanted).first() or b""


def cut(event: Event, width: int, height: int) -> bytes:
    """The part of an activity's photo that fits such a frame, where it may be seen; else nothing."""
    photo = event.picture
    if photo is None or not photo.may_be_seen:
        return b""
    whole = db.session.scalars(PictureBlob.shown(photo.public_id, "wide")).first()
    return formats_picture.cut(whole, width, height, photo.focus) if whole else b""


def of_event(event: Event, size: str) -> bytes:
    """For volunteers, of a draft too."""
    return (db.session.scalars(PictureBlob.shown(event.picture.public_id, size)).first() or b"") if event.picture else b""


def add(data: bytes, alt: str = "") -> Picture:
    """Keep a picture in all its sizes. Raises PictureTooLarge, NotAPicture."""
    picture = _made(encoded(data))
    picture.alt = alt
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


def _made(sizes: Mapping[str, bytes]) -> Picture:
    return Picture(blobs=[PictureBlob(size=size, content=content) for size, content in sizes.items()])


def _describe(picture: Picture, about: About) -> None:
    for name, value in asdict(about).items():
        setattr(picture, name, value.strip() if isinstance(value, str) else value)


def _forget(public_id: str) -> None:
    old = db.session.scalars(Picture.with_id(public_id)).first()
    if old is not None:
        db.session.delete(old)


def _forget_unused(old: Picture | None) -> None:
    """A copy of an activity shows the same picture."""
    if old is not None and db.session.scalars(select(Event.id).where(Event.picture_id == old.id)).first() is None:
        db.session.delete(old)
        db.session.flush()
