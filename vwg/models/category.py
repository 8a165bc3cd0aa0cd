"""A kind of activity: talking, cooking, walking."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from vwg.db import Base


class Category(Base):
    """What people filter by; `slug` stands in addresses and stays."""

    __tablename__ = "category"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    colour: Mapped[str] = mapped_column(default="green")  # a class of the stylesheet: c-green
    icon: Mapped[str] = mapped_column(default="calendar")
    position: Mapped[int] = mapped_column(default=0)
    texts: Mapped[list["CategoryText"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    def name_in(self, language: str) -> str:
        """Its name there, else in Dutch."""
        names = {text.language: text.name for text in self.texts}
        return names.get(language) or names.get("nl") or self.slug


class CategoryText(Base):
    """A category's name in one language."""

    __tablename__ = "category_text"

    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
