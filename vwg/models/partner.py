"""An organisation of the village (schema.org Organization) and the people one reaches it by."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg import clock, keys
from vwg.db import Base
from vwg.models.place import Place
from vwg.models.user import User


class PartnerKind(enum.StrEnum):
    ASSOCIATION = "association"
    MERCHANT = "merchant"
    PUBLIC_BODY = "public_body"
    SCHOOL = "school"
    CARE = "care"
    FAITH = "faith"
    COMPANY = "company"


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
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    listed_consent_at: Mapped[datetime | None]
    trusted: Mapped[bool] = mapped_column(default=False)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))
    kbo: Mapped[str] = mapped_column(default="")
    vcode: Mapped[str] = mapped_column(default="")
    generation: Mapped[int] = mapped_column(default=0)  # of its own page's link
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    place: Mapped[Place | None] = relationship()
    contacts: Mapped[list["Contact"]] = relationship(
        back_populates="partner", cascade="all, delete-orphan", order_by="Contact.id"
    )
    assets: Mapped[list["Asset"]] = relationship(cascade="all, delete-orphan", order_by="Asset.id")

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
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    never_mail_at: Mapped[datetime | None]
    partner: Mapped[Partner] = relationship(back_populates="contacts")
    user: Mapped[User | None] = relationship()

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def takes_mail(self) -> bool:
        return bool(self.email) and self.never_mail_at is None
