"""An organisation of the village (schema.org Organization) and the people one reaches it by."""

import enum
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ForeignKey, Select, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.picture import Picture
from vwg.models.place import Place
from vwg.models.user import User
from vwg.phrases import folded as folded


class PartnerKind(enum.StrEnum):
    ASSOCIATION = "association"
    MERCHANT = "merchant"
    PUBLIC_BODY = "public_body"
    SCHOOL = "school"
    CARE = "care"
    FAITH = "faith"
    COMPANY = "company"


class ContactChannel(enum.StrEnum):
    """How somebody at a partner wants to be asked."""

    MAIL = "mail"
    CALL = "call"
    WHATSAPP = "whatsapp"
    VISIT = "visit"


class Partner(Base):
    """Who may be asked. Strangers see it only with recorded consent."""

    __tablename__ = "partner"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True, default=lambda: keys.public_id("p"))
    kind: Mapped[PartnerKind] = mapped_column(default=PartnerKind.ASSOCIATION)
    name: Mapped[str] = mapped_column(index=True)
    text: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    public_email: Mapped[str] = mapped_column(default="")
    public_phone: Mapped[str] = mapped_column(default="")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"), index=True)
    opening_hours: Mapped[str] = mapped_column(default="")  # in their own words
    languages: Mapped[list[str]] = mapped_column(default=list)  # spoken there
    listed_consent_at: Mapped[datetime | None]
    trusted: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"), index=True)
    kbo: Mapped[str] = mapped_column(default="", index=True)  # ten digits
    vcode: Mapped[str] = mapped_column(default="", index=True)  # V and seven digits
    checked_at: Mapped[datetime] = mapped_column(default=clock.now)  # somebody said that all this is still right
    searched: Mapped[str] = mapped_column(default="")  # name and words, folded; kept by itself (below)
    web_host: Mapped[str] = mapped_column(default="", index=True)  # of its website, to find doubles by
    sorted_by: Mapped[str] = mapped_column(default="", index=True)  # its name, folded
    generation: Mapped[int] = mapped_column(default=0)  # of its own page's link
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    place: Mapped[Place | None] = relationship()
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Contact.id"
    )
    assets: Mapped[list["Asset"]] = relationship(cascade="all, delete-orphan", order_by="Asset.id")
    photos: Mapped[list[Picture]] = relationship(secondary="partner_photo", order_by=Picture.id)
    tags: Mapped[list["PartnerTag"]] = relationship(cascade="all, delete-orphan", order_by="PartnerTag.tag")
    merged_into: Mapped["Partner | None"] = relationship(remote_side=[id])

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def listed(cls) -> "Select[Partner]":
        """What strangers see: an allow-list by consent."""
        return select(cls).where(cls.listed_consent_at.is_not(None), cls.merged_into_id.is_(None))

    @classmethod
    def known(cls) -> "Select[Partner]":
        """What volunteers see: all that were not merged into another."""
        return select(cls).where(cls.merged_into_id.is_(None))

    @property
    def is_listed(self) -> bool:
        return self.listed_consent_at is not None and self.merged_into_id is None


@event.listens_for(Partner, "before_insert")
@event.listens_for(Partner, "before_update")
def _keep_searched(_mapper: Any, _connection: Any, partner: Partner) -> None:
    """What one finds and sorts it by moves with it, whoever changes it."""
    partner.sorted_by = folded(partner.name or "")
    partner.searched = folded(f"{partner.name or ''} {partner.text or ''}")
    partner.web_host = host_of(partner.website or "")


def host_of(website: str) -> str:
    """`https://www.debrug.example/over` → `debrug.example`."""
    return website.partition("://")[2].partition("/")[0].partition(":")[0].lower().removeprefix("www.")


class PartnerTag(Base):
    """A word of the group's own for some partners: it makes a list that can be asked together."""

    __tablename__ = "partner_tag"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True, index=True)


class PartnerPhoto(Base):
    """A photo of a partner: its place, its people."""

    __tablename__ = "partner_photo"

    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True)
    picture_id: Mapped[int] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)


class Asset(Base):
    """What a partner lends: a hall, chairs, an oven, a van, a window for posters."""

    __tablename__ = "asset"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    note: Mapped[str] = mapped_column(default="")


class Contact(Base):
    """A person at a partner: internal, never on a public page."""

    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")  # E.164
    language: Mapped[str] = mapped_column(default="nl")
    channel: Mapped[ContactChannel] = mapped_column(default=ContactChannel.MAIL)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    never_mail_at: Mapped[datetime | None]
    partner: Mapped[Partner] = relationship(back_populates="contacts")
    user: Mapped[User | None] = relationship()

    @classmethod
    def of(cls, user: User) -> "Select[Self]":
        """As whom this user signs in; the first is the one they began with."""
        return select(cls).where(cls.user_id == user.id).order_by(cls.id)

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def takes_mail(self) -> bool:
        """There is an address, they prefer mail to a call, and they never asked us to stop."""
        return bool(self.email) and self.never_mail_at is None and self.channel in {ContactChannel.MAIL, None}


class NeverMail(Base):
    """An address that wants no mail of ours, sealed: it holds whoever writes that address down again."""

    __tablename__ = "never_mail"

    seal: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)


class PartnerNote(Base):
    """What a volunteer wrote down about a partner: never about the people we help."""

    __tablename__ = "partner_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    text: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    user: Mapped[User | None] = relationship()


class ListingChange(Base):
    """What a partner wants to say otherwise about itself; a volunteer looks before it counts.

    `values` are the fields that differ, by the name of their column.
    """

    __tablename__ = "listing_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    partner_id: Mapped[int] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), index=True)
    values: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    accepted: Mapped[bool] = mapped_column(default=False)
    partner: Mapped[Partner] = relationship()
    decided_by: Mapped[User | None] = relationship()
